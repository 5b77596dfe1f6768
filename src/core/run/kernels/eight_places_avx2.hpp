// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Eight rows side by side.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/run/kernels/code_products.hpp"

namespace hartonomous::core::run {

namespace {

// The sums of eight registers' 32-bit words.
inline __m256i sums_of(const __m256i* of) noexcept {
  const __m256i low =
      _mm256_hadd_epi32(_mm256_hadd_epi32(of[0], of[1]), _mm256_hadd_epi32(of[2], of[3]));
  const __m256i high =
      _mm256_hadd_epi32(_mm256_hadd_epi32(of[4], of[5]), _mm256_hadd_epi32(of[6], of[7]));
  return _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20),
                          _mm256_permute2x128_si256(low, high, 0x31));
}

// Results of eight rows on their way: one register for all, or (kInLanes) one for each.
template <class Format>
struct EightSums {
  static constexpr std::size_t kRegisters = kInLanes<Format> ? 8 : 1;
  __m256 of[kRegisters];
  __m256 minima = _mm256_setzero_ps();

  EightSums() noexcept {
    for (__m256& sum : of) sum = _mm256_setzero_ps();
  }
  // Each row's eight sums of a run, with its scale.
  [[gnu::always_inline]] void add_lanes(std::size_t row, __m256i sums,
                                        const float* scales) noexcept {
    of[row] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), _mm256_broadcast_ss(scales + row), of[row]);
  }
  __m256 results() const noexcept {
    __m256 sums = of[0];
    if constexpr (kInLanes<Format>) {
      Lanes rows[8];
      for (std::size_t r = 0; r < 8; ++r) rows[r] = {of[r]};
      sums = Lanes::sums_by_halves(rows).v;
    }
    return kHasMinimaApart<Format> ? _mm256_sub_ps(sums, minima) : sums;
  }
};

// The 32 bits at an address, everywhere.
inline __m256i all_words(const void* from) noexcept {
  int word;
  std::memcpy(&word, from, sizeof word);
  return _mm256_set1_epi32(word);
}

// Eight runs, equally far apart. Three places and the distance reach all by what an address can
// add; kept from the optimiser, which would rather hold eight addresses, in memory for want of
// registers.
class EightPlaces {
 public:
  EightPlaces(const std::uint8_t* first, std::size_t distance) noexcept : distance_(distance) {
    asm("" : "+r"(distance_));
    base_[0] = first;
    base_[1] = first + 3 * distance_;
    base_[2] = base_[1] + 3 * distance_;
  }
  const std::uint8_t* operator[](std::size_t i) const noexcept {
    return base_[i / 3] + i % 3 * distance_;
  }
  // The binary16 numbers `offset` bytes into each.
  __m256 halves(std::size_t offset) const noexcept {
    const auto half = [&](std::size_t i) {
      std::uint16_t bits;
      std::memcpy(&bits, (*this)[i] + offset, sizeof bits);
      return bits;
    };
    __m128i halves = _mm_cvtsi32_si128(half(0));
    halves = _mm_insert_epi16(halves, half(1), 1);
    halves = _mm_insert_epi16(halves, half(2), 2);
    halves = _mm_insert_epi16(halves, half(3), 3);
    halves = _mm_insert_epi16(halves, half(4), 4);
    halves = _mm_insert_epi16(halves, half(5), 5);
    halves = _mm_insert_epi16(halves, half(6), 6);
    halves = _mm_insert_epi16(halves, half(7), 7);
    return _mm256_cvtph_ps(halves);
  }

 private:
  std::size_t distance_;
  const std::uint8_t* base_[3];
};

}  // namespace

}  // namespace hartonomous::core::run
