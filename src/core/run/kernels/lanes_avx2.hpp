// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Eight floats in one AVX register; lane for lane what lanes_portable.hpp says. Included where the
// compiler has been told that AVX2, FMA and F16C are there.
#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kLanes = 8;

#define HARTONOMOUS_LANE [[gnu::always_inline]] static inline

struct Lanes {
  __m256 v;

  HARTONOMOUS_LANE Lanes all(float value) noexcept { return {_mm256_set1_ps(value)}; }
  HARTONOMOUS_LANE Lanes zero() noexcept { return {_mm256_setzero_ps()}; }
  HARTONOMOUS_LANE Lanes load(const float* from) noexcept { return {_mm256_loadu_ps(from)}; }
  HARTONOMOUS_LANE Lanes load_float(const std::byte* from) noexcept {
    return {_mm256_loadu_ps(reinterpret_cast<const float*>(from))};
  }
  HARTONOMOUS_LANE Lanes load_half(const std::byte* from) noexcept {
    return {_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)))};
  }
  HARTONOMOUS_LANE Lanes load_bfloat16(const std::byte* from) noexcept {
    const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return {_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16))};
  }
  [[gnu::always_inline]] inline void store(float* to) const noexcept { _mm256_storeu_ps(to, v); }
  [[gnu::always_inline]] inline void store_half(std::byte* to) const noexcept {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
  }

  [[gnu::always_inline]] inline void store_codes(std::int8_t* to) const noexcept {
    const __m256i words = _mm256_cvtps_epi32(v);
    const __m128i halves =
        _mm_packs_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packs_epi16(halves, halves));
  }
  [[gnu::always_inline]] inline Lanes rounded_to_half() const noexcept {
    return {_mm256_cvtph_ps(_mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT))};
  }
  [[gnu::always_inline]] inline Lanes rounded_to_bfloat16() const noexcept {
    const __m256i bits = _mm256_castps_si256(v);
    const __m256i even = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    const __m256i nearest =
        _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), even);
    const __m256i quiet = _mm256_or_si256(bits, _mm256_set1_epi32(0x400000));
    const __m256 is_nan = _mm256_cmp_ps(v, v, _CMP_UNORD_Q);
    const __m256 chosen =
        _mm256_blendv_ps(_mm256_castsi256_ps(nearest), _mm256_castsi256_ps(quiet), is_nan);
    return {_mm256_and_ps(chosen, _mm256_castsi256_ps(_mm256_set1_epi32(-0x10000)))};
  }

  [[gnu::always_inline]] friend inline Lanes operator+(Lanes a, Lanes b) noexcept {
    return {_mm256_add_ps(a.v, b.v)};
  }
  [[gnu::always_inline]] friend inline Lanes operator-(Lanes a, Lanes b) noexcept {
    return {_mm256_sub_ps(a.v, b.v)};
  }
  [[gnu::always_inline]] friend inline Lanes operator*(Lanes a, Lanes b) noexcept {
    return {_mm256_mul_ps(a.v, b.v)};
  }
  [[gnu::always_inline]] friend inline Lanes operator/(Lanes a, Lanes b) noexcept {
    return {_mm256_div_ps(a.v, b.v)};
  }
  HARTONOMOUS_LANE Lanes fma(Lanes a, Lanes b, Lanes c) noexcept {
    return {_mm256_fmadd_ps(a.v, b.v, c.v)};
  }
  HARTONOMOUS_LANE Lanes maximum(Lanes a, Lanes b) noexcept { return {_mm256_max_ps(a.v, b.v)}; }
  HARTONOMOUS_LANE Lanes minimum(Lanes a, Lanes b) noexcept { return {_mm256_min_ps(a.v, b.v)}; }
  HARTONOMOUS_LANE Lanes zero_below(Lanes a, Lanes x, Lanes limit) noexcept {
    return {_mm256_andnot_ps(_mm256_cmp_ps(x.v, limit.v, _CMP_LT_OQ), a.v)};
  }
  HARTONOMOUS_LANE Lanes round(Lanes a) noexcept {
    return {_mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
  }
  HARTONOMOUS_LANE Lanes power_of_two(Lanes a) noexcept {
    const __m256i biased = _mm256_add_epi32(_mm256_cvtps_epi32(a.v), _mm256_set1_epi32(127));
    return {_mm256_castsi256_ps(_mm256_slli_epi32(biased, 23))};
  }
  [[gnu::always_inline]] inline float sum() const noexcept {
    const __m256 pairs = _mm256_hadd_ps(v, v);
    const __m256 fours = _mm256_hadd_ps(pairs, pairs);
    return _mm_cvtss_f32(
        _mm_add_ss(_mm256_castps256_ps128(fours), _mm256_extractf128_ps(fours, 1)));
  }
  // Halves of a, then of b, added.
  HARTONOMOUS_LANE __m256 fold(__m256 a, __m256 b) noexcept {
    return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
  }
  HARTONOMOUS_LANE Lanes sums(const Lanes* of) noexcept {
    const __m256 low =
        _mm256_hadd_ps(_mm256_hadd_ps(of[0].v, of[1].v), _mm256_hadd_ps(of[2].v, of[3].v));
    const __m256 high =
        _mm256_hadd_ps(_mm256_hadd_ps(of[4].v, of[5].v), _mm256_hadd_ps(of[6].v, of[7].v));
    return {fold(low, high)};
  }
  HARTONOMOUS_LANE Lanes folded_sums(const Lanes* of) noexcept {
    const __m256 even = _mm256_hadd_ps(fold(of[0].v, of[4].v), fold(of[1].v, of[5].v));
    const __m256 odd = _mm256_hadd_ps(fold(of[2].v, of[6].v), fold(of[3].v, of[7].v));
    return {_mm256_hadd_ps(even, odd)};
  }
  [[gnu::always_inline]] inline float sum_by_halves() const noexcept {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
  }
  // Halves of a and b added, each in two steps: a's first, b's first, a's second, b's second.
  HARTONOMOUS_LANE __m256 fold_twice(__m256 a, __m256 b) noexcept {
    return _mm256_add_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
  }
  HARTONOMOUS_LANE Lanes sums_by_halves(const Lanes* of) noexcept {
    const __m256 low = fold_twice(fold(of[0].v, of[4].v), fold(of[1].v, of[5].v));
    const __m256 high = fold_twice(fold(of[2].v, of[6].v), fold(of[3].v, of[7].v));
    return {_mm256_add_ps(_mm256_shuffle_ps(low, high, 0x44), _mm256_shuffle_ps(low, high, 0xee))};
  }
  [[gnu::always_inline]] inline float largest() const noexcept {
    const __m256 fours = _mm256_max_ps(v, _mm256_permute2f128_ps(v, v, 1));
    const __m256 pairs = _mm256_max_ps(fours, _mm256_permute_ps(fours, 0x4e));
    return _mm256_cvtss_f32(_mm256_max_ps(pairs, _mm256_permute_ps(pairs, 0xb1)));
  }
};

#undef HARTONOMOUS_LANE

}  // namespace

}  // namespace hartonomous::core::run
