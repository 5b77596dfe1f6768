// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/onnx/wire_stream.hpp"

#include <algorithm>
#include <span>

namespace hartonomous::core::format::onnx {

Status WireStream::error() const {
  return {Code::kMalformed, "malformed Protocol Buffers message at byte " + std::to_string(at_)};
}

Result<std::uint8_t> WireStream::byte(std::uint64_t end) {
  if (at_ >= end) return error();
  if (at_ < window_at_ || at_ >= window_at_ + filled_) {
    // Small reads between large tensors: what follows a skipped field is a few names.
    window_at_ = at_;
    filled_ = 0;
    const std::uint64_t count = std::min(kWindow, source_.size() - at_);
    checkpoint_.reached(count);
    HARTONOMOUS_CHECK(source_.read(at_, std::span(window_).first(count)));
    filled_ = count;
  }
  return static_cast<std::uint8_t>(window_[at_++ - window_at_]);
}

Result<std::uint64_t> WireStream::varint(std::uint64_t end) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    HARTONOMOUS_TRY(const std::uint8_t next, byte(end));
    if (shift == 63 && next > 1) return error();
    value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if ((next & 0x80) == 0) return value;
  }
  return error();
}

Result<WireStream::Field> WireStream::next(std::uint64_t end) {
  HARTONOMOUS_TRY(const std::uint64_t tag, varint(end));
  if (tag >> 3 == 0 || tag >> 32 != 0) return error();
  Field field;
  field.number = static_cast<std::uint32_t>(tag >> 3);
  switch (tag & 7) {
    case 0: {
      HARTONOMOUS_TRY(field.value, varint(end));
      return field;
    }
    case 1:
      field.kind = Field::Kind::kFixed64;
      field.length = 8;
      break;
    case 2: {
      field.kind = Field::Kind::kBytes;
      HARTONOMOUS_TRY(field.length, varint(end));
      break;
    }
    case 5:
      field.kind = Field::Kind::kFixed32;
      field.length = 4;
      break;
    default:
      return error();
  }
  if (field.length > end - at_) return error();
  field.offset = at_;
  at_ += field.length;
  return field;
}

Result<std::string> WireStream::text(const Field& field) {
  std::string out(field.length, '\0');
  HARTONOMOUS_CHECK(source_.read(field.offset, std::as_writable_bytes(std::span(out))));
  return out;
}

}  // namespace hartonomous::core::format::onnx
