// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/hdf5/dataset.hpp"

namespace hartonomous::core::format::hdf5 {

namespace {

using tensor::DType;

enum Class : std::uint8_t { kInteger = 0, kFloat = 1, kText = 3, kEnumeration = 8, kVariable = 9 };

std::optional<DType> integer_of(std::uint64_t bytes, bool is_signed) noexcept {
  switch (bytes) {
    case 1:
      return is_signed ? DType::kI8 : DType::kU8;
    case 2:
      return is_signed ? DType::kI16 : DType::kU16;
    case 4:
      return is_signed ? DType::kI32 : DType::kU32;
    case 8:
      return is_signed ? DType::kI64 : DType::kU64;
    default:
      return std::nullopt;
  }
}

// By the bits of exponent and mantissa.
std::optional<DType> float_of(std::uint64_t bytes, std::uint64_t exponent,
                              std::uint64_t mantissa) noexcept {
  if (bytes == 2 && exponent == 5 && mantissa == 10) return DType::kF16;
  if (bytes == 2 && exponent == 8 && mantissa == 7) return DType::kBf16;
  if (bytes == 4 && exponent == 8 && mantissa == 23) return DType::kF32;
  if (bytes == 8 && exponent == 11 && mantissa == 52) return DType::kF64;
  return std::nullopt;
}

}  // namespace

Result<ElementKind> read_datatype(const File& file, std::string_view body) {
  Fields in = file.fields(body);
  const auto head = in.number(1), flags = in.number(1), more = in.number(1);
  in.skip(1);
  const auto bytes = in.number(4);
  if (!head || !flags || !more || !bytes || *bytes == 0) return broken("datatype");
  ElementKind kind;
  kind.bytes = *bytes;
  switch (*head & 0x0f) {
    case kInteger:
      kind.is_big_endian = (*flags & 1) != 0;
      kind.dtype = integer_of(*bytes, (*flags & 8) != 0);
      break;
    case kFloat: {
      // VAX's order is the one with both bits.
      const bool is_vax = (*flags & 0x41) == 0x41;
      kind.is_big_endian = (*flags & 1) != 0;
      in.skip(2 + 2);  // where the value's bits are
      in.skip(1);      // where the exponent is
      const auto exponent = in.number(1);
      in.skip(1);
      const auto mantissa = in.number(1);
      if (!mantissa) return broken("datatype");
      if (!is_vax) kind.dtype = float_of(*bytes, *exponent, *mantissa);
      break;
    }
    case kText:
      kind.is_fixed_text = true;
      break;
    case kEnumeration:  // of one byte, what h5py makes of booleans
      if (*bytes == 1) kind.dtype = DType::kI8;
      break;
    case kVariable:
      kind.is_variable_text = (*flags & 0x0f) == 1;
      break;
    default:
      break;
  }
  return kind;
}

Result<Dataspace> read_dataspace(const File& file, std::string_view body) {
  Fields in = file.fields(body);
  const auto version = in.number(1), rank = in.number(1), flags = in.number(1);
  if (!version || !rank || !flags || *version < 1 || *version > 2) return broken("dataspace");
  Dataspace space;
  if (*version == 1) {
    in.skip(1 + 4);
  } else {
    const auto type = in.number(1);
    if (!type || *type > 2) return broken("dataspace");
    space.is_null = *type == 2;
  }
  if (*rank > file.limits().max_dimensions) {
    return Status(Code::kLimitExceeded, std::string("HDF5 dataset has ") + std::to_string(*rank) +
                                            " dimensions, more than the limit of " +
                                            std::to_string(file.limits().max_dimensions));
  }
  for (std::uint64_t i = 0; i < *rank; ++i) {
    const auto size = in.length();
    if (!size) return broken("dataspace");
    space.shape.push_back(*size);
  }
  return space;
}

}  // namespace hartonomous::core::format::hdf5
