// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/numpy/header.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/checked.hpp"
#include "core/base/cursor.hpp"

namespace hartonomous::core::format::numpy {

namespace {

using std::string_view_literals::operator""sv;
using tensor::DType;

constexpr unsigned kMaxNesting = 16;  // of the list of fields of a structured type

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

// The dict literal: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class Literal {
 public:
  Literal(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

  Status parse(Header& out) {
    bool has_descr = false, has_order = false, has_shape = false;
    if (!take('{')) return error("\"{\"");
    while (!take('}')) {
      HARTONOMOUS_TRY(const std::string key, string());
      if (!take(':')) return error("\":\"");
      if (key == "descr" && !std::exchange(has_descr, true)) {
        HARTONOMOUS_CHECK(descr(out.descr));
      } else if (key == "fortran_order" && !std::exchange(has_order, true)) {
        HARTONOMOUS_CHECK(boolean(out.is_fortran_order));
      } else if (key == "shape" && !std::exchange(has_shape, true)) {
        HARTONOMOUS_CHECK(shape(out.shape));
      } else {
        return error("another key than " + quoted(key));
      }
      if (!take(',') && peek() != '}') return error("\",\" or \"}\"");
    }
    if (peek() != 0 || at_ != text_.size()) return error("nothing after the dict");
    if (!has_descr || !has_order || !has_shape) return error("descr, fortran_order and shape");
    return Status::ok();
  }

 private:
  Status error(const std::string& expectation) const {
    return malformed("NumPy header is malformed at byte " + std::to_string(at_) + ": expected " +
                     expectation);
  }
  char peek() {
    at_ = std::min(text_.find_first_not_of(" \t\n"sv, at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    peek();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Result<std::string> string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') return error("a string");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == text_.npos) return error("the end of a string");
    std::string out(text_.substr(at_ + 1, end - at_ - 1));
    if (out.find('\\') != out.npos) return error("a string without escapes");
    at_ = end + 1;
    return out;
  }

  // A structured type is a list of fields; it is stepped over, and has no dtype here.
  Status descr(std::string& out) {
    if (peek() != '[') {
      HARTONOMOUS_TRY(out, string());
      return Status::ok();
    }
    out = "structured";
    std::string open;
    do {
      const char c = peek();
      if (c == '[' || c == '(') {
        if (open.size() == kMaxNesting) return error("fewer nested fields");
        open.push_back(c == '[' ? ']' : ')');
        ++at_;
      } else if (c == ']' || c == ')') {
        if (open.back() != c) return error("matching brackets");
        open.pop_back();
        ++at_;
      } else if (c == '\'' || c == '"') {
        HARTONOMOUS_CHECK(skip_string());
      } else if (c == ',' || (c >= '0' && c <= '9')) {
        ++at_;
      } else {
        return error("a list of fields");
      }
    } while (!open.empty());
    return Status::ok();
  }
  Status skip_string() {
    HARTONOMOUS_TRY([[maybe_unused]] const std::string skipped, string());
    return Status::ok();
  }

  Status boolean(bool& out) {
    out = take("True"sv);
    return out || take("False"sv) ? Status::ok() : error("True or False");
  }

  Status shape(std::vector<std::uint64_t>& out) {
    if (!take('(')) return error("a tuple");
    bool is_closed = take(')');
    while (!is_closed) {
      if (out.size() == limits_.max_dimensions) {
        return {Code::kLimitExceeded, "NumPy array has more than " +
                                          std::to_string(limits_.max_dimensions) + " dimensions"};
      }
      HARTONOMOUS_TRY(const std::uint64_t dimension, number());
      out.push_back(dimension);
      const bool has_comma = take(',');
      is_closed = take(')');
      // (3) is a number in Python, not a tuple.
      if ((!has_comma && !is_closed) || (is_closed && out.size() == 1 && !has_comma)) {
        return error("\",\"");
      }
    }
    return Status::ok();
  }

  Result<std::uint64_t> number() {
    peek();
    std::uint64_t value = 0;
    std::size_t digits = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, ++digits) {
      const auto tens = checked_mul(value, 10);
      const auto sum = tens ? checked_add(*tens, static_cast<std::uint64_t>(text_[at_] - '0'))
                            : std::nullopt;
      if (!sum || *sum > INT64_MAX) return error("a dimension that fits in 63 bits");
      value = *sum;
    }
    if (digits == 0) return error("a dimension");
    take('L');  // Python 2 wrote long integers so
    return value;
  }

  std::string_view text_;
  const Limits& limits_;
  std::size_t at_ = 0;
};

struct Element {
  std::string_view kind;  // what follows the byte order
  std::optional<DType> dtype;
  std::uint8_t bytes;
};
constexpr std::array kElements = {
    Element{"b1", DType::kBool, 1}, Element{"?", DType::kBool, 1}, Element{"u1", DType::kU8, 1},
    Element{"i1", DType::kI8, 1},   Element{"u2", DType::kU16, 2}, Element{"i2", DType::kI16, 2},
    Element{"u4", DType::kU32, 4},  Element{"i4", DType::kI32, 4}, Element{"u8", DType::kU64, 8},
    Element{"i8", DType::kI64, 8},  Element{"f2", DType::kF16, 2}, Element{"f4", DType::kF32, 4},
    Element{"f8", DType::kF64, 8},  Element{"c8", DType::kC64, 8}, Element{"c16", {}, 16}};

void set_type(Header& header) {
  std::string_view kind = header.descr;
  char order = '|';
  if (!kind.empty() && "<>|="sv.find(kind[0]) != std::string_view::npos) {
    order = kind[0];
    kind.remove_prefix(1);
  }
  const auto* element = std::ranges::find(kElements, kind, &Element::kind);
  if (element == kElements.end()) return;
  header.item_bytes = element->bytes;
  header.is_swapped = order == '>' && element->bytes > 1;
  // Elements of several bytes must say their order, and "=" is the order of some other machine.
  if (element->bytes == 1 || order == '<' || order == '>') header.dtype = element->dtype;
}

// Whether the elements lie in the same order either way.
bool is_one_dimensional(const std::vector<std::uint64_t>& shape) {
  return std::ranges::count_if(shape, [](std::uint64_t n) { return n != 1; }) <= 1;
}

}  // namespace

Result<Header> read_header(std::string_view text, const Limits& limits, Checkpoint& checkpoint) {
  Cursor in(as_bytes(text));
  const auto magic = in.take(kMagic.size());
  if (!magic || as_text(*magic) != kMagic) return malformed("not a NumPy array");
  const auto major = in.read<std::uint8_t>(), minor = in.read<std::uint8_t>();
  if (!major || !minor) return malformed("file ends inside the NumPy header");
  if (*major < 1 || *major > 3 || *minor != 0) {
    return Status(Code::kUnsupported, "NumPy array of version " + std::to_string(*major) + "." +
                                          std::to_string(*minor) + " is not supported");
  }
  std::optional<std::uint64_t> length;
  if (*major == 1) {
    length = in.read<std::uint16_t>();
  } else {
    length = in.read<std::uint32_t>();
  }
  if (!length) return malformed("file ends inside the NumPy header");
  if (*length > kMaxHeaderBytes) {
    return Status(Code::kLimitExceeded, "NumPy header of " + std::to_string(*length) +
                                            " bytes exceeds the limit of " +
                                            std::to_string(kMaxHeaderBytes));
  }
  const auto literal = in.take(*length);
  if (!literal) return malformed("file ends inside the NumPy header");
  checkpoint.reached(0);
  Header header{{}, {}, 0, false, false, {}, in.offset()};
  HARTONOMOUS_CHECK(Literal(as_text(*literal), limits).parse(header));
  set_type(header);
  return header;
}

Result<TensorEntry> entry_of(const Header& header, std::string name, std::uint64_t offset,
                             std::uint64_t size, bool is_compressed) {
  if (!header.dtype) {
    return Status(Code::kUnsupported,
                  "NumPy array has elements of type " + quoted(header.descr) +
                      ", which are not supported");
  }
  const auto length = tensor::byte_length(*header.dtype, header.shape);
  if (!length || *length != size - header.data_offset) {
    return malformed("NumPy array of shape and type " + quoted(header.descr) + " does not have " +
                     std::to_string(size - header.data_offset) + " bytes of data");
  }
  const bool is_transposed = header.is_fortran_order && !is_one_dimensional(header.shape);
  TensorEntry entry{std::move(name), *header.dtype, header.shape,
                    offset + header.data_offset, *length};
  if (is_compressed) entry.offset = offset;
  if (is_compressed || is_transposed || header.is_swapped) entry.placement = Placement::kEncoded;
  return entry;
}

}  // namespace hartonomous::core::format::numpy
