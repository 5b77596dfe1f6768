// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The arithmetic that encoder and decoder of ulp_delta share: numbers as integers, and the split of
// a difference into symbol and low bits. All of it is exact and modulo the width of a number, so
// that every bit pattern, NaNs and infinities included, comes back.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>

#include "core/base/cursor.hpp"
#include "core/block/vectorized.hpp"

namespace hartonomous::core::block {

struct UlpParameters {
  unsigned width_log;  // log2 of the width in bytes
  bool is_float;
  unsigned dropped;        // zero bits at the low end, < the width
  unsigned mantissa_bits;  // >= dropped for floats, 0 for integers

  unsigned bits() const noexcept { return (8U << width_log) - dropped; }
};

// Numbers of bytes and halves are worked on in 32 bits.
template <class Word>
using Wide = std::conditional_t<(sizeof(Word) > 4), std::uint64_t, std::uint32_t>;

// Numbers of bits() bits, the dropped ones already shifted out.
template <class Word>
class UlpNumbers {
 public:
  using W = Wide<Word>;

  explicit UlpNumbers(const UlpParameters& p) noexcept
      : dropped_(p.dropped),
        exponent_shift_(p.is_float ? p.mantissa_bits - p.dropped : p.bits() - 1),
        sign_(static_cast<W>(W{1} << (p.bits() - 1))),
        all_(static_cast<W>(sign_ | (sign_ - 1))),
        float_sign_(p.is_float ? sign_ : 0) {}

  W load(Word stored) const noexcept { return static_cast<W>(stored) >> dropped_; }
  Word store(W number) const noexcept { return static_cast<Word>(number << dropped_); }
  // Of a float; 0 of an integer.
  W exponent(W base) const noexcept { return (base & (sign_ - 1)) >> exponent_shift_; }

  // How far `number` lies from `base`, away from zero as seen from the base for floats: modulo
  // 2^bits, to be read as two's complement.
  W difference(W number, W base) const noexcept {
    const W flip = base & float_sign_;
    return (place(number ^ flip) - place(base ^ flip)) & all_;
  }
  // The number that lies `difference` from `base`.
  W moved(W base, W difference) const noexcept {
    const W flip = base & float_sign_;
    return place((place(base ^ flip) + difference) & all_) ^ flip;
  }

  W sign_bit() const noexcept { return sign_; }
  W all_bits() const noexcept { return all_; }

 private:
  // Where a float stands among all of them, as two's complement: a negative one's bits below the
  // sign are inverted. Its own inverse; an integer stands where it is.
  W place(W number) const noexcept {
    const W is_negative = (number & float_sign_) != 0 ? ~W{0} : W{0};
    return number ^ (is_negative & (sign_ - 1));
  }

  unsigned dropped_, exponent_shift_;
  W sign_, all_, float_sign_;
};

// How many numbers' low bits, at most 13 each of 16-bit numbers, fit a window of 56.
template <class Word>
inline constexpr std::size_t kAtOnce = sizeof(Word) <= 2 ? 4 : 1;

// How many ULPs to expect of numbers with these bases (ulp_contexts.hpp):
// clamp(origin - 2 exponent, 0, last) each.
template <class Word>
HARTONOMOUS_LOOP void expect_ulps(UlpNumbers<Word> numbers, int origin, int last,
                                  const std::byte* base, std::size_t count,
                                  std::uint8_t* __restrict expected) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const auto exponent = static_cast<int>(
        numbers.exponent(numbers.load(load_little_endian<Word>(base + i * sizeof(Word)))));
    const int above = origin - 2 * exponent > 0 ? origin - 2 * exponent : 0;
    expected[i] = static_cast<std::uint8_t>(above < last ? above : last);
  }
}

// The alphabet. A magnitude m becomes (k, m >> k) with the least k that leaves at most s + 1 bits;
// the symbol is 2 x for a positive difference or none, 2 x - 1 for a negative one, where
// x = (k << s) + (m >> k): a float with s bits of mantissa. The k bits below follow as they are.
// s is 6 for bytes (none follow), 2 for 2 and 4 bytes, 1 for 8: then there are 256 symbols at most.
class UlpSymbols {
 public:
  explicit UlpSymbols(unsigned width_log) noexcept
      : s_(width_log == 0   ? 6
           : width_log == 3 ? 1
                            : 2) {}

  unsigned kept_bits() const noexcept { return s_; }

  // REQUIRES: magnitude <= 2^(bits - 1).
  template <class W>
  std::uint8_t symbol(W magnitude, bool is_negative) const noexcept {
    const int octave = octave_of(magnitude), s = static_cast<int>(s_);
    const int low = std::max(octave - s, 0);
    return static_cast<std::uint8_t>(2 * ((static_cast<W>(low) << s) + (magnitude >> low)) -
                                     is_negative);
  }
  // How many bits follow a symbol; at most bits_of_width - 1, whatever the symbol.
  unsigned low_bits(unsigned symbol, unsigned bits_of_width) const noexcept {
    const unsigned x = (symbol + 1) / 2;
    return std::min(x >> s_ > 1 ? (x >> s_) - 1 : 0, bits_of_width - 1);
  }
  // The magnitude a symbol stands for, the bits that follow all zero.
  std::uint64_t magnitude(unsigned symbol, unsigned bits_of_width) const noexcept {
    const unsigned x = (symbol + 1) / 2;
    const unsigned low = low_bits(symbol, bits_of_width);
    return low == 0 ? x : std::uint64_t{(1U << s_) | (x & ((1U << s_) - 1))} << low;
  }

 private:
  // The place of the highest bit set; below 0 for 0. Of 32 bits through the exponent of a float,
  // which vector code can take: with the bit after the highest cleared, rounding cannot carry.
  static int octave_of(std::uint32_t magnitude) noexcept {
    const auto value = static_cast<float>(static_cast<std::int32_t>(magnitude & ~(magnitude >> 1)));
    return static_cast<int>(std::bit_cast<std::uint32_t>(value) >> 23 & 255) - 127;
  }
  static int octave_of(std::uint64_t magnitude) noexcept { return std::bit_width(magnitude) - 1; }

  unsigned s_;
};

}  // namespace hartonomous::core::block
