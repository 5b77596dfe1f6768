// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The fields of a Protocol Buffers message that is too large for memory. The contents of a
// length-delimited field are stepped over; a caller that wants them goes back to them. Source: the
// Protocol Buffers encoding guide.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::format::onnx {

class WireStream {
 public:
  WireStream(ByteSource& source, Checkpoint& checkpoint) noexcept
      : source_(source), checkpoint_(checkpoint) {}

  struct Field {
    std::uint32_t number = 0;
    enum class Kind : std::uint8_t { kVarint, kFixed64, kBytes, kFixed32 } kind = Kind::kVarint;
    std::uint64_t value = 0;   // kVarint
    std::uint64_t offset = 0;  // kBytes, kFixed: of the contents in the file
    std::uint64_t length = 0;  // and how many bytes they are
    std::uint64_t end() const noexcept { return offset + length; }
  };

  std::uint64_t offset() const noexcept { return at_; }
  void seek(std::uint64_t offset) noexcept { at_ = offset; }

  // Reads the field at offset() and steps over it. kMalformed unless it lies before `end` and is of
  // a wire type other than a group, numbered from 1. REQUIRES: offset() < end <= size.
  Result<Field> next(std::uint64_t end);
  // The varint at offset(), which must end before `end`.
  Result<std::uint64_t> varint(std::uint64_t end);
  // The contents of a field. REQUIRES: a length that the caller has capped.
  Result<std::string> text(const Field& field);

  Status error() const;

 private:
  static constexpr std::uint64_t kWindow = 64 * 1024;
  Result<std::uint8_t> byte(std::uint64_t end);

  ByteSource& source_;
  Checkpoint& checkpoint_;
  std::uint64_t at_ = 0;
  std::uint64_t window_at_ = 0, filled_ = 0;
  std::array<std::byte, kWindow> window_;
};

}  // namespace hartonomous::core::format::onnx
