// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The fields of one Protocol Buffers message in memory, in order. Every length is checked against
// the bytes that are left; nothing is allocated; groups, which no format read here uses, are
// refused. Source: the Protocol Buffers encoding guide.
#pragma once

#include <cstdint>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::format {

class WireReader {
 public:
  // `what` names the message in errors.
  WireReader(Bytes message, const char* what) noexcept : in_(message), what_(what) {}

  struct Field {
    std::uint32_t number = 0;
    // What the wire type says; the others are 0 or empty.
    enum class Kind : std::uint8_t { kVarint, kFixed64, kBytes, kFixed32 } kind = Kind::kVarint;
    std::uint64_t value = 0;          // kVarint, kFixed64, kFixed32
    Bytes bytes;                      // kBytes
    float as_float() const noexcept;  // of a kFixed32
  };
  // Reads the next field; false at the end. kMalformed if the bytes are no message.
  Result<bool> next(Field& field);

 private:
  Result<std::uint64_t> varint();
  Status error() const;

  Cursor in_;
  const char* what_;
};

}  // namespace hartonomous::core::format
