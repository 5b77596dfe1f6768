// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A sequence of bytes in the cheapest of three forms, led by a byte that says which:
//   0  raw       the bytes
//   1  constant  one byte, which all of them equal
//   2  coded     rans.hpp, one context
// The coded form is taken where it saves at least a 64th: less is not worth decoding.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/block/rans.hpp"

namespace hartonomous::core::block {

// Appends the stored form of `bytes`. O(n).
void append_byte_stream(std::span<const std::uint8_t> bytes, std::vector<std::byte>& out);

// Reads a stored sequence in runs. Borrows the stored bytes.
class ByteStreamReader {
 public:
  // Opens a sequence of `count` bytes at `in` and moves `in` past it. kMalformed if it is not
  // whole.
  static Result<ByteStreamReader> open(Cursor& in, std::uint64_t count);
  // The next out.size() bytes. REQUIRES: a multiple of kLanes, except in the last run; in all, no
  // more than `count`. kMalformed if the coded form is broken.
  Status read(std::span<std::uint8_t> out);
  // After the last run. kMalformed if the coded form goes on.
  Status finish() const;

 private:
  std::optional<RansDecoder> coded_;
  Bytes raw_;
  std::uint8_t constant_ = 0;
  bool is_constant_ = false;
};

}  // namespace hartonomous::core::block
