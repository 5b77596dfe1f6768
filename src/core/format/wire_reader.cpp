// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/wire_reader.hpp"

#include <bit>

namespace hartonomous::core::format {

float WireReader::Field::as_float() const noexcept {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value));
}

Status WireReader::error() const {
  return Status(Code::kMalformed, std::string("malformed ") + what_)
      .with_detail("At byte " + std::to_string(in_.offset()) + " of a message.");
}

Result<std::uint64_t> WireReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = in_.read<std::uint8_t>();
    if (!byte || (shift == 63 && *byte > 1)) return error();
    value |= static_cast<std::uint64_t>(*byte & 0x7f) << shift;
    if ((*byte & 0x80) == 0) return value;
  }
  return error();
}

Result<bool> WireReader::next(Field& field) {
  if (in_.remaining() == 0) return false;
  HARTONOMOUS_TRY(const std::uint64_t tag, varint());
  field = {};
  if (tag >> 3 == 0 || tag >> 32 != 0) return error();
  field.number = static_cast<std::uint32_t>(tag >> 3);
  switch (tag & 7) {
    case 0: {
      HARTONOMOUS_TRY(field.value, varint());
      field.kind = Field::Kind::kVarint;
      return true;
    }
    case 1: {
      const auto value = in_.read<std::uint64_t>();
      if (!value) return error();
      field.kind = Field::Kind::kFixed64;
      field.value = *value;
      return true;
    }
    case 2: {
      HARTONOMOUS_TRY(const std::uint64_t length, varint());
      const auto bytes = in_.take(length);
      if (!bytes) return error();
      field.kind = Field::Kind::kBytes;
      field.bytes = *bytes;
      return true;
    }
    case 5: {
      const auto value = in_.read<std::uint32_t>();
      if (!value) return error();
      field.kind = Field::Kind::kFixed32;
      field.value = *value;
      return true;
    }
    default:
      return error();
  }
}

}  // namespace hartonomous::core::format
