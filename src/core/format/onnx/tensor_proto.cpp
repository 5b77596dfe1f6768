// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/onnx/tensor_proto.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "core/base/checked.hpp"
#include "core/base/utf8.hpp"

namespace hartonomous::core::format::onnx {

namespace {

using tensor::DType;
using Field = WireStream::Field;
using Kind = WireStream::Field::Kind;

constexpr std::uint64_t kMaxText = 4096;  // of an external location, or another small text

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

// Fields of TensorProto that hold values.
enum ValueField : std::uint32_t {
  kFloats = 4,
  kInt32s = 5,
  kStrings = 6,
  kInt64s = 7,
  kRaw = 9,
  kDoubles = 10,
  kUint64s = 11,
};

struct Type {
  std::optional<DType> dtype;
  std::uint8_t bits;       // of an element in raw_data; 0: never raw
  std::uint32_t field;     // where its values are if not raw
  std::uint8_t per_value;  // elements in one value of that field
};
// By number, from 1.
constexpr std::array kTypes = {Type{DType::kF32, 32, kFloats, 1},
                               Type{DType::kU8, 8, kInt32s, 1},
                               Type{DType::kI8, 8, kInt32s, 1},
                               Type{DType::kU16, 16, kInt32s, 1},
                               Type{DType::kI16, 16, kInt32s, 1},
                               Type{DType::kI32, 32, kInt32s, 1},
                               Type{DType::kI64, 64, kInt64s, 1},
                               Type{{}, 0, kStrings, 1},
                               Type{DType::kBool, 8, kInt32s, 1},
                               Type{DType::kF16, 16, kInt32s, 1},
                               Type{DType::kF64, 64, kDoubles, 1},
                               Type{DType::kU32, 32, kUint64s, 1},
                               Type{DType::kU64, 64, kUint64s, 1},
                               Type{DType::kC64, 64, kFloats, 1},
                               Type{{}, 128, kDoubles, 1},
                               Type{DType::kBf16, 16, kInt32s, 1},
                               Type{DType::kF8E4M3, 8, kInt32s, 1},
                               Type{DType::kF8E4M3Fnuz, 8, kInt32s, 1},
                               Type{DType::kF8E5M2, 8, kInt32s, 1},
                               Type{DType::kF8E5M2Fnuz, 8, kInt32s, 1},
                               Type{{}, 4, kInt32s, 2},
                               Type{{}, 4, kInt32s, 2},
                               Type{{}, 4, kInt32s, 2},
                               Type{DType::kF8E8M0, 8, kInt32s, 1},
                               Type{{}, 2, kInt32s, 4},
                               Type{{}, 2, kInt32s, 4}};
constexpr std::uint64_t kComplex64 = 14, kComplex128 = 15;  // two values an element

// How the values of one field are given.
struct Values {
  std::uint32_t field = 0;  // which; 0 = none
  std::uint64_t count = 0;  // of values; bytes for raw_data
  std::uint64_t offset = 0;
  std::uint32_t pieces = 0;
  bool is_packed = true;
};

class Reader {
 public:
  Reader(WireStream& in, const Limits& limits) : in_(in), limits_(limits) {}

  Result<TensorProto> read(const Field& message) {
    in_.seek(message.offset);
    while (in_.offset() < message.end()) {
      HARTONOMOUS_TRY(const Field field, in_.next(message.end()));
      HARTONOMOUS_CHECK(read_field(field));
      in_.seek(field.kind == Kind::kVarint ? in_.offset() : field.end());
    }
    HARTONOMOUS_CHECK(check_type());
    HARTONOMOUS_CHECK(is_external_ ? place_external() : place_values(message));
    return std::move(out_);
  }

 private:
  std::string label() const { return "tensor " + quoted(out_.name); }

  Status read_field(const Field& field) {
    switch (field.number) {
      case 1:
        return read_dimensions(field);
      case 2:
        return read_once(field, type_number_);
      case 3:
        return {Code::kUnsupported, "ONNX tensors in segments are not supported"};
      case kFloats:
        return read_fixed(field, 4);
      case kDoubles:
        return read_fixed(field, 8);
      case kInt32s:
      case kInt64s:
      case kUint64s:
        return read_varints(field);
      case kStrings:
      case kRaw:
        return read_bytes(field);
      case 8:
        return read_name(field);
      case 13:
        return read_external(field);
      case 14: {
        std::uint64_t location = 0;
        HARTONOMOUS_CHECK(read_once(field, location));
        if (location > 1) return malformed("ONNX tensor has an unknown data location");
        is_external_ = location == 1;
        return Status::ok();
      }
      default:
        return Status::ok();
    }
  }

  Status read_once(const Field& field, std::uint64_t& value) {
    if (field.kind != Kind::kVarint) return in_.error();
    value = field.value;
    return Status::ok();
  }

  Status add_dimension(std::uint64_t dimension) {
    if (dimension > INT64_MAX) return malformed("ONNX tensor has a negative dimension");
    if (shape_.size() == limits_.max_dimensions) {
      return {Code::kLimitExceeded, "ONNX tensor has more than " +
                                        std::to_string(limits_.max_dimensions) + " dimensions"};
    }
    shape_.push_back(dimension);
    return Status::ok();
  }

  Status read_dimensions(const Field& field) {
    if (field.kind == Kind::kVarint) return add_dimension(field.value);
    if (field.kind != Kind::kBytes) return in_.error();
    in_.seek(field.offset);
    while (in_.offset() < field.end()) {
      HARTONOMOUS_TRY(const std::uint64_t dimension, in_.varint(field.end()));
      HARTONOMOUS_CHECK(add_dimension(dimension));
    }
    return Status::ok();
  }

  Status add_values(const Field& field, std::uint64_t count, bool is_packed) {
    if (count == 0) return Status::ok();
    if (values_.field != 0 && values_.field != field.number) {
      return malformed(label() + " has values of two kinds");
    }
    values_.field = field.number;
    values_.count += count;
    values_.offset = field.offset;
    values_.is_packed &= is_packed;
    ++values_.pieces;
    return Status::ok();
  }

  Status read_fixed(const Field& field, std::uint64_t size) {
    if (field.kind == Kind::kBytes) {
      if (field.length % size != 0) return in_.error();
      return add_values(field, field.length / size, true);
    }
    if (field.kind == Kind::kVarint || field.length != size) return in_.error();
    return add_values(field, 1, false);
  }

  Status read_varints(const Field& field) {
    if (field.kind == Kind::kVarint) return add_values(field, 1, false);
    if (field.kind != Kind::kBytes) return in_.error();
    in_.seek(field.offset);
    std::uint64_t count = 0;
    for (; in_.offset() < field.end(); ++count) {
      HARTONOMOUS_TRY([[maybe_unused]] const std::uint64_t value, in_.varint(field.end()));
    }
    return add_values(field, count, true);
  }

  Status read_bytes(const Field& field) {
    if (field.kind != Kind::kBytes) return in_.error();
    if (field.number == kStrings) return add_values(field, 1, false);
    if (std::exchange(has_raw_, true)) return malformed("ONNX tensor has raw data twice");
    return add_values(field, field.length, true);
  }

  Status read_name(const Field& field) {
    if (field.kind != Kind::kBytes) return in_.error();
    if (field.length > limits_.max_name_bytes) {
      return {Code::kLimitExceeded, "tensor name of " + std::to_string(field.length) +
                                        " bytes exceeds the limit of " +
                                        std::to_string(limits_.max_name_bytes)};
    }
    HARTONOMOUS_TRY(out_.name, in_.text(field));
    if (utf8::first_invalid(out_.name) != out_.name.size() ||
        out_.name.find('\0') != std::string::npos) {
      return {Code::kBadEncoding, "tensor name " + quoted(out_.name) + " is not UTF-8"};
    }
    return Status::ok();
  }

  // One entry of external_data: a key and a value.
  Status read_external(const Field& entry) {
    if (entry.kind != Kind::kBytes) return in_.error();
    in_.seek(entry.offset);
    std::string key, value;
    while (in_.offset() < entry.end()) {
      HARTONOMOUS_TRY(const Field field, in_.next(entry.end()));
      if (field.kind != Kind::kBytes || field.length > kMaxText) return in_.error();
      if (field.number > 2) return in_.error();
      HARTONOMOUS_TRY((field.number == 1 ? key : value), in_.text(field));
    }
    if (key == "location") return set_location(value);
    if (key == "offset") return set_number(value, external_offset_);
    if (key == "length") return set_number(value, external_length_);
    if (key != "checksum") {
      out_.warnings.push_back("External data has the unknown key " + quoted(key) + ".");
    }
    return Status::ok();
  }

  Status set_location(const std::string& value) {
    bool is_plain = !value.empty() && utf8::first_invalid(value) == value.size();
    for (std::string_view rest = value; is_plain;) {
      const std::size_t slash = rest.find('/');
      const std::string_view part = rest.substr(0, slash);
      is_plain =
          !part.empty() && part != "." && part != ".." && std::ranges::none_of(part, [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == ':';
          });
      if (slash == rest.npos) break;
      rest.remove_prefix(slash + 1);
    }
    if (!is_plain) {
      return malformed("external data is in " + quoted(value) + ", which is no plain file name");
    }
    if (!location_.empty()) return malformed("external data has two locations");
    location_ = value;
    return Status::ok();
  }

  static Status set_number(const std::string& text, std::optional<std::uint64_t>& out) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || out) {
      return malformed("external data has the malformed number " + quoted(text));
    }
    out = value;
    return Status::ok();
  }

  Status check_type() {
    if (type_number_ == 0 || type_number_ > kTypes.size()) {
      return {Code::kUnsupported,
              label() + " has the unknown element type " + std::to_string(type_number_)};
    }
    type_ = kTypes[type_number_ - 1];
    const auto elements = checked_product(shape_);
    const auto bits = elements ? checked_mul(*elements, type_.bits) : std::nullopt;
    if (!bits || *bits > UINT64_MAX - 7) return malformed(label() + " has an impossible size");
    elements_ = *elements;
    bytes_ = (*bits + 7) / 8;
    return Status::ok();
  }

  Status add_entry(std::uint64_t offset, Placement placement) {
    if (!type_.dtype) {
      out_.warnings.push_back("It is kept as it is: its element type is not supported.");
      return Status::ok();
    }
    out_.entry = TensorEntry{out_.name, *type_.dtype, shape_, offset, bytes_, placement, location_};
    return Status::ok();
  }

  Status place_values(const Field& message) {
    if (elements_ == 0) {
      if (values_.field != 0) return malformed(label() + " is empty but has values");
      return add_entry(message.offset, Placement::kInPlace);
    }
    const bool is_raw = values_.field == kRaw;
    if (is_raw ? type_.bits == 0 : values_.field != type_.field) {
      return malformed(label() + " has no values, or values of another type");
    }
    const bool is_complex = type_number_ == kComplex64 || type_number_ == kComplex128;
    const std::uint64_t values = (elements_ - 1) / type_.per_value + 1;
    const auto expected = is_raw ? bytes_ : checked_mul(values, is_complex ? 2 : 1);
    if (expected != values_.count) {
      return malformed(label() + " has " + std::to_string(values_.count) +
                       " values or bytes, which its shape and type do not allow");
    }
    const bool is_fixed = values_.field == kFloats || values_.field == kDoubles;
    const bool is_in_place = is_raw || (is_fixed && values_.is_packed && values_.pieces == 1);
    return add_entry(values_.offset, is_in_place ? Placement::kInPlace : Placement::kEncoded);
  }

  Status place_external() {
    if (values_.field != 0) return malformed(label() + " has values here and in another file");
    if (location_.empty()) return malformed(label() + " has external data without a location");
    if (type_.bits == 0) return malformed(label() + " has texts in another file");
    const std::uint64_t offset = external_offset_.value_or(0);
    if (external_length_.value_or(bytes_) != bytes_ || !checked_add(offset, bytes_)) {
      return malformed(label() + " has " + std::to_string(external_length_.value_or(0)) +
                       " bytes in another file where " + std::to_string(bytes_) + " are expected");
    }
    return add_entry(offset, Placement::kExternal);
  }

  WireStream& in_;
  const Limits& limits_;
  TensorProto out_;
  std::vector<std::uint64_t> shape_;
  std::uint64_t type_number_ = 0;
  Type type_{};
  std::uint64_t elements_ = 0, bytes_ = 0;
  Values values_;
  bool has_raw_ = false, is_external_ = false;
  std::string location_;
  std::optional<std::uint64_t> external_offset_, external_length_;
};

}  // namespace

Result<TensorProto> read_tensor(WireStream& in, const WireStream::Field& field,
                                const Limits& limits) {
  return Reader(in, limits).read(field);
}

}  // namespace hartonomous::core::format::onnx
