// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Numbers of 0 to 64 bits, packed without gaps: the first one in the low bits of the first byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "core/base/cursor.hpp"

namespace hartonomous::core::block {

class BitWriter {
 public:
  // Makes room for `bits` more bits in any number of puts.
  void reserve(std::size_t bits) {
    const std::size_t needed = at_ + bits / 8 + 16;
    if (needed > bytes_.size()) bytes_.resize(needed + needed / 2);
  }
  // REQUIRES: bits <= 64, value < 2^bits, and reserved room.
  void put(std::uint64_t value, unsigned bits) noexcept {
    if (bits > 32) {
      put_short(value & 0xffffffff, 32);
      value >>= 32;
      bits -= 32;
    }
    put_short(value, bits);
  }
  // REQUIRES: as put(), and bits <= 32.
  void put_short(std::uint64_t value, unsigned bits) noexcept {
    const auto one = [&](std::size_t) { return std::pair(value, bits); };
    put_run(1, one);
  }
  // Puts number(i) for i in [0, count), a pair of a value and its bits, each at most 32 and kAtOnce
  // of them at most 56. The state stays in registers meanwhile, which it cannot between calls:
  // stores of bytes may alias it.
  template <std::size_t kAtOnce = 1, class Number>
  void put_run(std::size_t count, const Number& number) noexcept {
    std::byte* to = bytes_.data() + at_;
    std::uint64_t pending = pending_;
    unsigned filled = filled_;
    const auto put_some = [&](std::size_t first, std::size_t some) {
      for (std::size_t i = first; i < first + some; ++i) {
        const auto [value, bits] = number(i);
        pending |= static_cast<std::uint64_t>(value) << filled;
        filled += bits;
      }
      std::memcpy(to, &pending, sizeof pending);
      to += filled >> 3;
      pending = filled < 64 ? pending >> (filled & ~7U) : 0;
      filled &= 7;
    };
    std::size_t i = 0;
    for (; i + kAtOnce <= count; i += kAtOnce) put_some(i, kAtOnce);
    for (; i < count; ++i) put_some(i, 1);
    at_ = static_cast<std::size_t>(to - bytes_.data());
    pending_ = pending;
    filled_ = filled;
  }
  std::size_t byte_count() const noexcept { return at_ + (filled_ != 0); }
  // The bytes so far, the last one filled up with zero bits.
  Bytes bytes() const noexcept { return {bytes_.data(), byte_count()}; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t at_ = 0;  // of whole bytes; the pending bits' first byte is in place as well
  std::uint64_t pending_ = 0;
  unsigned filled_ = 0;  // bits of pending_, < 8
};

// Reads what BitWriter wrote. Past the end it reads zeros and remembers; nothing is read out of
// bounds, whatever the lengths asked for.
class BitReader {
 public:
  explicit BitReader(Bytes bytes) noexcept : data_(bytes.data()), size_(bytes.size()) {}

  // REQUIRES: bits <= 64.
  std::uint64_t take(unsigned bits) noexcept {
    if (bits <= 32) return take_short(bits);
    const std::uint64_t low = take_short(32);
    return low | take_short(bits - 32) << 32;
  }
  // REQUIRES: bits <= 32.
  std::uint64_t take_short(unsigned bits) noexcept {
    const std::uint64_t number = window() & ((std::uint64_t{1} << bits) - 1);
    skip(bits);
    return number;
  }
  // At least the next 57 bits; skip() says how many of them are taken.
  std::uint64_t window() const noexcept { return load(at_ >> 3) >> (at_ & 7); }
  void skip(unsigned bits) noexcept { at_ += bits; }
  // Whether exactly the bytes given have been read, up to the last one's filling.
  bool is_at_end() const noexcept { return (at_ + 7) >> 3 == size_; }

 private:
  std::uint64_t load(std::size_t at) const noexcept {
    if (at + 8 <= size_) [[likely]]
      return load_little_endian<std::uint64_t>(data_ + at);
    std::uint64_t window = 0;
    for (std::size_t i = at; i < size_; ++i) {
      window |= std::to_integer<std::uint64_t>(data_[i]) << 8 * (i - at);
    }
    return window;
  }

  const std::byte* data_;
  std::size_t size_;
  std::uint64_t at_ = 0;  // in bits
};

}  // namespace hartonomous::core::block
