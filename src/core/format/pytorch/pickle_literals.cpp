// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/pytorch/pickle_literals.hpp"

#include <charconv>
#include <string_view>

namespace hartonomous::core::format::pytorch {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::uint64_t kMaxLine = 1024;  // of GLOBAL, INT and LONG

// Operations of pickle that exist and are not read.
constexpr std::string_view kRefused =
    "012FPSTVdgilop\x82\x83\x84\x8b\x8e\x90\x91\x92\x96\x97\x98"sv;

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

class LiteralReader {
 public:
  LiteralReader(HeaderReader& in, const Limits& limits, ParseBudget& budget)
      : in_(in), limits_(limits), budget_(budget) {}

  Result<Value> literal(std::uint8_t operation) {
    switch (operation) {
      case 'N':
        return Value{ValueKind::kNone};
      case 0x88:
        return Value{ValueKind::kBool, 1};
      case 0x89:
        return Value{ValueKind::kBool, 0};
      case ')':
        return Value{ValueKind::kTuple};
      case ']':
        return Value{ValueKind::kList};
      case '}':
        return Value{ValueKind::kDict};
      case 0x8f:
        return Value{ValueKind::kSet};
      case 'I':
      case 'L':
        return decimal(operation == 'I');
      case 'J':
        return integer<std::int32_t>();
      case 'K':
        return integer<std::uint8_t>();
      case 'M':
        return integer<std::uint16_t>();
      case 0x8a:
        return long_integer();
      case 'G': {
        std::uint64_t image = 0;
        if (!in_.read(image)) return in_.failure("a pickle");
        return Value{ValueKind::kNumber};
      }
      case 'X':
        return text<std::uint32_t>(ValueKind::kString);
      case 'U':
      case 0x8c:
        return text<std::uint8_t>(ValueKind::kString);
      case 0x8d:
        return text<std::uint64_t>(ValueKind::kString);
      case 'B':
        return text<std::uint32_t>(ValueKind::kBytes);
      case 'C':
        return text<std::uint8_t>(ValueKind::kBytes);
      default:
        return refused(operation);
    }
  }

 private:
  Status refused(std::uint8_t operation) const {
    const std::string at = " at byte " + std::to_string(in_.offset() - 1);
    if (kRefused.find(static_cast<char>(operation)) == std::string_view::npos) {
      return malformed("pickle has no valid operation" + at);
    }
    return Status(Code::kUnsupported,
                  "pickle operation " + std::to_string(operation) + at + " is not supported")
        .with_detail("Only operations that tensors need are read.");
  }

  template <class T>
  Result<Value> integer() {
    T value = 0;
    if (!in_.read(value)) return in_.failure("a pickle");
    return Value{ValueKind::kInteger, value};
  }

  // Two's complement of up to 255 bytes; beyond 64 bits the value is not kept.
  Result<Value> long_integer() {
    std::uint8_t length = 0;
    if (!in_.read(length) || length > in_.remaining()) return in_.failure("a pickle");
    std::string bytes;
    if (!in_.read(bytes, length)) return in_.failure("a pickle");
    if (length > 8) return Value{ValueKind::kNumber, 0, std::move(bytes)};
    const bool is_negative = length > 0 && (bytes.back() & 0x80) != 0;
    bytes.resize(8, is_negative ? '\xff' : '\0');
    return Value{ValueKind::kInteger, load_little_endian<std::int64_t>(as_bytes(bytes).data())};
  }

  // A line of digits: "12", "-3", "12L"; and "00" and "01", which INT means as False and True.
  Result<Value> decimal(bool may_be_bool) {
    std::string line;
    HARTONOMOUS_CHECK(read_line(in_, line));
    if (may_be_bool && (line == "00" || line == "01")) {
      return Value{ValueKind::kBool, line[1] == '1'};
    }
    std::string_view digits = line;
    if (digits.ends_with('L')) digits.remove_suffix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range && end == digits.data() + digits.size()) {
      return Value{ValueKind::kNumber, 0, std::string(digits)};
    }
    if (error != std::errc{} || end != digits.data() + digits.size()) {
      return malformed("pickle has the malformed integer " + quoted(line));
    }
    return Value{ValueKind::kInteger, value};
  }

  template <class T>
  Result<Value> text(ValueKind kind) {
    T length = 0;
    if (!in_.read(length)) return in_.failure("a pickle");
    if (length > in_.remaining()) return malformed("string of a pickle is longer than its file");
    if (length > limits_.max_string_bytes) {
      return Status(Code::kLimitExceeded,
                    std::string("pickle has more bytes in a string than the limit of ") +
                        std::to_string(limits_.max_string_bytes));
    }
    HARTONOMOUS_CHECK(budget_.charge(length));
    Value value{kind};
    if (!in_.read(value.text, length)) return in_.failure("a pickle");
    if (kind == ValueKind::kBytes) value.text.clear();
    return value;
  }

  HeaderReader& in_;
  const Limits& limits_;
  ParseBudget& budget_;
};

}  // namespace

Status read_line(HeaderReader& in, std::string& line) {
  line.clear();
  for (std::uint8_t c = 0;;) {
    if (!in.read(c)) return in.failure("a pickle");
    if (c == '\n') return Status::ok();
    if (line.size() == kMaxLine) return malformed("pickle has a line that is too long");
    line.push_back(static_cast<char>(c));
  }
}

Result<Value> read_literal(std::uint8_t operation, HeaderReader& in, const Limits& limits,
                           ParseBudget& budget) {
  return LiteralReader(in, limits, budget).literal(operation);
}

}  // namespace hartonomous::core::format::pytorch
