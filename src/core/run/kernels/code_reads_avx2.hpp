// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The codes of the common formats in AVX2 registers: Eight<Format> for eight rows at a time,
// read_codes<Format> for what code_blocks.hpp's Format::read says, faster.
#pragma once

#include <immintrin.h>

#include "core/run/kernels/code_blocks.hpp"

namespace hartonomous::core::run {

namespace {

inline __m256i load_256(const void* from) noexcept {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
inline __m128i load_128(const void* from) noexcept {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

// The low nibbles of 16 bytes, then their high nibbles.
inline __m256i nibbles(const std::uint8_t* from) noexcept {
  const __m128i bytes = load_128(from);
  const __m256i both = _mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes);
  return _mm256_and_si256(both, _mm256_set1_epi8(15));
}

// Byte j of each half is 16 if bit 8 * FirstByte + j of its words is set, else 0.
template <int FirstByte>
inline __m256i fifth_bits(__m256i words) noexcept {
  constexpr long long kByte = 0x0101010101010101;
  const __m256i bytes =
      _mm256_shuffle_epi8(words, _mm256_setr_epi64x(FirstByte * kByte, (FirstByte + 1) * kByte,
                                                    FirstByte * kByte, (FirstByte + 1) * kByte));
  const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201U));
  const __m256i is_set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit);
  return _mm256_and_si256(is_set, _mm256_set1_epi8(16));
}

// A run of 32 codes: unsigned ones less kOffset, or (kIsSigned) signed ones.
template <class Format>
struct Eight;

template <std::size_t HeaderBytes, bool IsFiveBits, bool HasMinimum>
struct Eight<Nibbles<HeaderBytes, IsFiveBits, HasMinimum>> {
  static constexpr bool kIsSigned = false;
  static constexpr int kOffset = HasMinimum ? 0 : IsFiveBits ? 16 : 8;
  static __m256i codes(const std::uint8_t* block) noexcept {
    const __m256i low = nibbles(block + HeaderBytes + (IsFiveBits ? 4 : 0));
    if constexpr (!IsFiveBits) return low;
    const int word = static_cast<int>(word_at(block + HeaderBytes));
    const __m256i words =
        _mm256_setr_epi32(word, word, word, word, word >> 16, word >> 16, word >> 16, word >> 16);
    return _mm256_or_si256(low, fifth_bits<0>(words));
  }
};
template <>
struct Eight<Q8_0> {
  static constexpr bool kIsSigned = true;
  static constexpr int kOffset = 0;
  static __m256i codes(const std::uint8_t* block) noexcept { return load_256(block + 2); }
};
template <>
struct Eight<Iq4Nl> {
  static constexpr bool kIsSigned = true;
  static constexpr int kOffset = 0;
  static __m256i codes(const std::uint8_t* block) noexcept {
    const __m128i values =
        _mm_setr_epi8(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(values), nibbles(block + 2));
  }
};

// Codes as 16-bit numbers, 32 of them.
inline void store_wide(__m256i low, __m256i high, std::int16_t* to) noexcept {
  _mm256_store_si256(reinterpret_cast<__m256i*>(to), low);
  _mm256_store_si256(reinterpret_cast<__m256i*>(to + 16), high);
}

// The six-bit scales and minima of Q4_K and Q5_K: bytes 0-7 scales, 8-15 minima.
inline __m128i six_bits(const std::uint8_t* from) noexcept {
  const std::uint32_t a = word_at(from), b = word_at(from + 4), c = word_at(from + 8);
  const std::uint32_t six = 0x3f3f3f3fU, four = 0x0f0f0f0fU, two = 0x30303030U;
  const auto both = [](std::uint32_t low, std::uint32_t high) {
    return static_cast<long long>(std::uint64_t{high} << 32 | low);
  };
  return _mm_set_epi64x(both(b & six, (c >> 4 & four) | (b >> 2 & two)),
                        both(a & six, (c & four) | (a >> 2 & two)));
}

// 32 codes of group 2 * pair, or the next, of a Q4_K or Q5_K super-block.
template <bool IsFiveBits>
struct GroupsK {
  explicit GroupsK(const std::uint8_t* block) noexcept
      : high(IsFiveBits ? load_256(block + 16) : _mm256_setzero_si256()),
        codes(block + (IsFiveBits ? 48 : 16)) {}
  template <int Group>
  __m256i get() const noexcept {
    const __m256i bytes = load_256(codes + Group / 2 * 32);
    const __m256i low = _mm256_and_si256(Group % 2 == 0 ? bytes : _mm256_srli_epi16(bytes, 4),
                                         _mm256_set1_epi8(15));
    if constexpr (!IsFiveBits) return low;
    const __m256i fifth =
        Group < 4 ? _mm256_slli_epi16(high, 4 - Group) : _mm256_srli_epi16(high, Group - 4);
    return _mm256_or_si256(low, _mm256_and_si256(fifth, _mm256_set1_epi8(16)));
  }
  __m256i high;
  const std::uint8_t* codes;
};

// 32 codes of quarter q of half h of a Q6_K super-block, 0 to 63.
template <int Half, int Quarter>
inline __m256i quarter_6k(const std::uint8_t* block) noexcept {
  const __m256i low = load_256(block + 64 * Half + Quarter % 2 * 32);
  const __m256i high = load_256(block + 128 + 32 * Half);
  const __m256i four = _mm256_set1_epi8(15), two = _mm256_set1_epi8(0x30);
  const __m256i nibble = _mm256_and_si256(Quarter < 2 ? low : _mm256_srli_epi16(low, 4), four);
  const __m256i pair = Quarter == 0   ? _mm256_slli_epi16(high, 4)
                       : Quarter == 1 ? _mm256_slli_epi16(high, 2)
                       : Quarter == 2 ? high
                                      : _mm256_srli_epi16(high, 2);
  return _mm256_or_si256(nibble, _mm256_and_si256(pair, two));
}

template <class Format>
inline void read_codes(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
  Format::read(row, run, to);
}
template <>
inline void read_codes<Iq4Nl>(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
  const std::uint8_t* block = row + run * Iq4Nl::kBytes;
  to.scale = tensor::half_at(block);
  const __m256i codes = Eight<Iq4Nl>::codes(block);
  store_wide(_mm256_cvtepi8_epi16(_mm256_castsi256_si128(codes)),
             _mm256_cvtepi8_epi16(_mm256_extracti128_si256(codes, 1)), to.codes);
}

}  // namespace

}  // namespace hartonomous::core::run
