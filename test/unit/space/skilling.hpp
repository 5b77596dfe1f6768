// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Skilling's Hilbert curve by the loop of his paper: a peer for properties and for speed. In three
// and more dimensions it is a different curve from ours, with the same defining properties.
// Source: Skilling, "Programming the Hilbert curve", AIP Conference Proceedings 707, 2004.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hartonomous::test {

template <std::size_t N>
unsigned __int128 skilling_encode(std::array<std::uint32_t, N> x, unsigned bits) {
  const std::uint32_t top = 1u << (bits - 1);
  for (std::uint32_t q = top; q > 1; q >>= 1) {  // undo the excess work of the coarser levels
    const std::uint32_t below = q - 1;
    for (std::size_t i = 0; i < N; ++i) {
      if (x[i] & q) {
        x[0] ^= below;
      } else {
        const std::uint32_t swapped = (x[0] ^ x[i]) & below;
        x[0] ^= swapped;
        x[i] ^= swapped;
      }
    }
  }
  for (std::size_t i = 1; i < N; ++i) x[i] ^= x[i - 1];  // Gray decode
  std::uint32_t flip = 0;
  for (std::uint32_t q = top; q > 1; q >>= 1) {
    if (x[N - 1] & q) flip ^= q - 1;
  }
  for (std::size_t i = 0; i < N; ++i) x[i] ^= flip;
  unsigned __int128 key = 0;
  for (unsigned bit = bits; bit-- > 0;) {
    for (std::size_t i = 0; i < N; ++i) key = key << 1 | (x[i] >> bit & 1);
  }
  return key;
}

template <std::size_t N>
std::array<std::uint32_t, N> skilling_decode(unsigned __int128 key, unsigned bits) {
  std::array<std::uint32_t, N> x{};
  for (unsigned position = bits * N; position-- > 0;) {
    const std::size_t axis = N - 1 - position % N;
    x[axis] = x[axis] << 1 | static_cast<std::uint32_t>(key >> position & 1);
  }
  const std::uint32_t carry = x[N - 1] >> 1;
  for (std::size_t i = N - 1; i > 0; --i) x[i] ^= x[i - 1];
  x[0] ^= carry;
  for (std::uint32_t q = 2; q != 0 && q != 1u << (bits - 1) << 1; q <<= 1) {
    const std::uint32_t below = q - 1;
    for (std::size_t i = N; i-- > 0;) {
      if (x[i] & q) {
        x[0] ^= below;
      } else {
        const std::uint32_t swapped = (x[0] ^ x[i]) & below;
        x[0] ^= swapped;
        x[i] ^= swapped;
      }
    }
  }
  return x;
}

}  // namespace hartonomous::test
