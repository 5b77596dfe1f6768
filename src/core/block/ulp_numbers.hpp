// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The arithmetic that encoder and decoder of ulp_delta share: numbers as integers, contexts of a
// base, and the split of a difference into symbol and low bits. All of it is exact and modulo the
// width of a number, so that every bit pattern, NaNs and infinities included, comes back.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>

namespace hartonomous::core::block {

struct UlpParameters {
  unsigned width_log;  // log2 of the width in bytes
  bool is_float;
  unsigned dropped;        // zero bits at the low end, < the width
  unsigned mantissa_bits;  // >= dropped for floats
  unsigned top_exponent;   // of context 0
  unsigned contexts;

  unsigned bits() const noexcept { return (8U << width_log) - dropped; }
};

// Bits that a symbol keeps of an octave.
constexpr unsigned octave_bits(unsigned width_log) noexcept {
  return width_log == 0 ? 6 : width_log == 3 ? 1 : 2;
}

// One word type per width; arithmetic on bytes and halves is done in 32 bits.
template <class Word>
using Wide = std::conditional_t<(sizeof(Word) > 4), std::uint64_t, std::uint32_t>;

// Numbers of `bits` bits, the dropped ones already shifted out.
template <class Word>
class UlpNumbers {
 public:
  using W = Wide<Word>;

  explicit UlpNumbers(const UlpParameters& p) noexcept
      : is_float_(p.is_float),
        dropped_(p.dropped),
        sign_(W{1} << (p.bits() - 1)),
        all_(static_cast<W>(sign_ | (sign_ - 1))),
        exponent_shift_(p.is_float ? p.mantissa_bits - p.dropped : 0),
        top_(p.top_exponent),
        last_(p.is_float ? p.contexts - 1 : 0) {}

  W load(Word stored) const noexcept { return static_cast<W>(stored) >> dropped_; }
  Word store(W number) const noexcept { return static_cast<Word>(number << dropped_); }

  W exponent(W base) const noexcept { return (base & (sign_ - 1)) >> exponent_shift_; }
  std::uint8_t context(W base) const noexcept {
    const auto below = static_cast<std::int64_t>(top_) - static_cast<std::int64_t>(exponent(base));
    return static_cast<std::uint8_t>(
        std::clamp<std::int64_t>(below, 0, static_cast<std::int64_t>(last_)));
  }

  // How far `number` lies from `base`, away from zero as seen from the base for floats: modulo
  // 2^bits, to be read as two's complement.
  W difference(W number, W base) const noexcept {
    if (!is_float_) return (number - base) & all_;
    const W flip = base & sign_;
    return (place(number ^ flip) - place(base ^ flip)) & all_;
  }
  // The number that lies `difference` from `base`.
  W moved(W base, W difference) const noexcept {
    if (!is_float_) return (base + difference) & all_;
    const W flip = base & sign_;
    const W place_of = (place(base ^ flip) + difference) & all_;
    return ((place_of & sign_) != 0 ? place_of ^ sign_ : ~place_of & all_) ^ flip;
  }

  W sign_bit() const noexcept { return sign_; }
  W all_bits() const noexcept { return all_; }

 private:
  // Where a float stands among all of them, from the most negative NaN (0) up.
  W place(W number) const noexcept {
    return (number & sign_) != 0 ? ~number & all_ : number | sign_;
  }

  bool is_float_;
  unsigned dropped_;
  W sign_, all_;
  unsigned exponent_shift_;
  unsigned top_;
  unsigned last_;
};

// The alphabet. With e = 2^(s+1): symbol 0 is no difference, 2 d - 1 and 2 d are -d and +d for
// d < e, and from 2 e - 1 on come the octaves, 2^s parts each, two signs to a part.
class UlpSymbols {
 public:
  explicit UlpSymbols(unsigned width_log) noexcept : s_(octave_bits(width_log)) {}

  struct Coded {
    std::uint8_t symbol;
    std::uint8_t bits;  // how many low bits follow
    std::uint64_t low;
  };
  // REQUIRES: magnitude > 0 if positive; magnitude <= half of the width's range, and below it
  // unless negative.
  Coded code(std::uint64_t magnitude, bool is_positive) const noexcept {
    const unsigned octave = static_cast<unsigned>(std::bit_width(magnitude | 1)) - 1;
    if (octave <= s_) {
      const std::uint64_t symbol = magnitude == 0 ? 0 : 2 * magnitude - 1 + is_positive;
      return {static_cast<std::uint8_t>(symbol), 0, 0};
    }
    const unsigned shift = octave - s_;
    const std::uint64_t part = magnitude >> shift;  // in [2^s, 2^(s+1))
    const std::uint64_t index = (std::uint64_t{octave - s_ - 1} << s_) + part - (1U << s_);
    return {static_cast<std::uint8_t>((4U << s_) - 1 + 2 * index + is_positive),
            static_cast<std::uint8_t>(shift), magnitude & ((std::uint64_t{1} << shift) - 1)};
  }

  struct Meaning {
    std::uint64_t difference;  // with low bits all zero, modulo 2^64
    std::uint64_t negative;    // all ones if it is: low bits are then subtracted
    std::uint32_t bits;
  };
  // What each of the 256 symbols stands for. Those that no difference of the width has may stand
  // for anything; their low bits stay within the width.
  std::array<Meaning, 256> meanings(unsigned bits_of_width) const noexcept {
    std::array<Meaning, 256> all{};
    for (unsigned symbol = 1; symbol < 256; ++symbol) {
      const unsigned plain = (4U << s_) - 1;
      std::uint64_t magnitude = (symbol + 1) / 2;
      unsigned shift = 0;
      bool is_positive = symbol % 2 == 0;
      if (symbol >= plain) {
        const unsigned index = (symbol - plain) / 2;
        shift = std::min((index >> s_) + 1, bits_of_width - 1);
        magnitude = std::uint64_t{(1U << s_) + index % (1U << s_)} << shift;
        is_positive = (symbol - plain) % 2 == 1;
      }
      const std::uint64_t negative = is_positive ? 0 : ~std::uint64_t{0};
      all[symbol] = {(magnitude ^ negative) - negative, negative, shift};
    }
    return all;
  }

 private:
  unsigned s_;
};

}  // namespace hartonomous::core::block
