// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Up to 64 bytes of a text as sets of characters: bit i of a mask is about the i-th character of
// the block. In ASCII a character is a byte; beyond it, masks are first made over bytes, a
// character standing at its first one, and then the bits of the other bytes are squeezed out.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "core/split/letter_class.hpp"

namespace hartonomous::core::split {

struct CharacterMasks {
  std::uint64_t upper = 0, lower = 0, caseless = 0, mark = 0;  // marks are no letters
  std::uint64_t letter = 0, number = 0, space = 0;
  std::uint64_t line_end = 0, blank = 0, apostrophe = 0, slash = 0;  // \r \n, U+0020, ' and /
  std::uint64_t lead = 0;   // over bytes: where the characters begin
  unsigned characters = 0;  // bits used; 0 after the end of the text
  unsigned bytes = 0;
};

inline std::uint64_t low_bits(unsigned count) noexcept {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

// The bits of `value` where `mask` has one, moved together, and the reverse: BMI2's PEXT and PDEP.
inline std::uint64_t extract_bits(std::uint64_t value, std::uint64_t mask) noexcept {
  std::uint64_t out = 0;
  for (unsigned to = 0; mask != 0; mask &= mask - 1, ++to) {
    out |= (value >> std::countr_zero(mask) & 1) << to;
  }
  return out;
}
inline std::uint64_t deposit_bits(std::uint64_t value, std::uint64_t mask) noexcept {
  std::uint64_t out = 0;
  for (; mask != 0; mask &= mask - 1, value >>= 1) out |= (value & 1) << std::countr_zero(mask);
  return out;
}

// Completes the masks, which know the ASCII characters of the `masks.bytes` bytes at `at` so far,
// by the others; `high` are the bytes from 0x80. A character that reaches over the block's end is
// left to the next block. Still over bytes.
void add_beyond_ascii(CharacterMasks& masks, std::uint64_t high, std::string_view text,
                      std::size_t at) noexcept;

}  // namespace hartonomous::core::split
