// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Numbers of 0 to 64 bits, packed without gaps: the first one in the low bits of the first byte.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/base/cursor.hpp"

namespace hartonomous::core::block {

class BitWriter {
 public:
  // REQUIRES: bits <= 64, value < 2^bits.
  void put(std::uint64_t value, unsigned bits) {
    if (bits > 32) {
      put_short(value & 0xffffffff, 32);
      value >>= 32;
      bits -= 32;
    }
    put_short(value, bits);
  }
  std::size_t bit_count() const noexcept { return bytes_.size() * 8 + filled_; }
  // All bytes, the last one filled up with zero bits. Ends the writer.
  std::vector<std::byte> finish() && {
    for (; filled_ > 0; filled_ -= std::min(filled_, 8U), pending_ >>= 8) {
      bytes_.push_back(static_cast<std::byte>(pending_));
    }
    return std::move(bytes_);
  }

 private:
  void put_short(std::uint64_t value, unsigned bits) {
    pending_ |= value << filled_;
    filled_ += bits;
    if (filled_ < 32) return;
    const auto word = static_cast<std::uint32_t>(pending_);
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof word);
    std::memcpy(bytes_.data() + at, &word, sizeof word);
    pending_ >>= 32;
    filled_ -= 32;
  }

  std::vector<std::byte> bytes_;
  std::uint64_t pending_ = 0;
  unsigned filled_ = 0;  // bits of pending_, < 32
};

// Reads what BitWriter wrote. Past the end it reads zeros and remembers; nothing is read out of
// bounds, whatever the lengths asked for.
class BitReader {
 public:
  explicit BitReader(Bytes bytes) noexcept : bytes_(bytes) {}

  // REQUIRES: bits <= 64.
  std::uint64_t take(unsigned bits) noexcept {
    if (bits <= 32) return take_short(bits);
    const std::uint64_t low = take_short(32);
    return low | take_short(bits - 32) << 32;
  }
  // REQUIRES: bits <= 32.
  std::uint64_t take_short(unsigned bits) noexcept {
    const std::uint64_t window = load(at_ >> 3) >> (at_ & 7);
    at_ += bits;
    return window & ((std::uint64_t{1} << bits) - 1);
  }
  // Whether exactly the bytes given have been read, up to the last one's filling.
  bool is_at_end() const noexcept { return (at_ + 7) >> 3 == bytes_.size(); }

 private:
  std::uint64_t load(std::size_t at) const noexcept {
    if (at + 8 <= bytes_.size()) [[likely]]
      return load_little_endian<std::uint64_t>(&bytes_[at]);
    std::uint64_t window = 0;
    for (std::size_t i = at; i < bytes_.size(); ++i) {
      window |= std::to_integer<std::uint64_t>(bytes_[i]) << 8 * (i - at);
    }
    return window;
  }

  Bytes bytes_;
  std::uint64_t at_ = 0;  // in bits
};

}  // namespace hartonomous::core::block
