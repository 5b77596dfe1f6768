// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A piece of up to 15 bytes as a number: its bytes and, in the last of 16, its length. So a table
// of pieces compares two words and follows no pointer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hartonomous::core::cpe {

struct ShortKey {
  static constexpr std::size_t kLongest = 15;

  std::uint64_t low, high;  // high is not 0
  bool operator==(const ShortKey&) const = default;

  // REQUIRES: 0 < length <= kLongest; 16 bytes can be read at `piece`.
  static ShortKey of_readable(const char* piece, std::size_t length) noexcept;
  // REQUIRES: 0 < piece.size() <= kLongest.
  static ShortKey of(std::string_view piece) noexcept {
    char bytes[16] = {};
    std::memcpy(bytes, piece.data(), piece.size());
    return of_readable(bytes, piece.size());
  }
  // The upper bits are the good ones.
  std::uint64_t hash() const noexcept {
    const std::uint64_t mixed =
        (low ^ low >> 32) * 0x9e3779b97f4a7c15U + (high ^ high >> 29) * 0xd6e8feb86659fd93U;
    return mixed ^ mixed << 21;
  }
};

namespace short_key {

constexpr std::array<ShortKey, 16> make_masks() {
  std::array<ShortKey, 16> masks{};
  for (std::size_t length = 0; length < 16; ++length) {
    masks[length].low = length >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * length) - 1;
    masks[length].high = length <= 8 ? 0 : (std::uint64_t{1} << 8 * (length - 8)) - 1;
  }
  return masks;
}
inline constexpr std::array<ShortKey, 16> kMasks = make_masks();

}  // namespace short_key

inline ShortKey ShortKey::of_readable(const char* piece, std::size_t length) noexcept {
  ShortKey key;
  std::memcpy(&key, piece, sizeof key);
  key.low &= short_key::kMasks[length].low;
  key.high = (key.high & short_key::kMasks[length].high) | std::uint64_t{length} << 56;
  return key;
}

}  // namespace hartonomous::core::cpe
