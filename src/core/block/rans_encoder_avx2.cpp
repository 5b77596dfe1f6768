// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Eight lanes to a vector, four vectors to a group of 32 symbols, the highest lanes first. Words of
// the lanes that would leave the interval are moved, in lane order, to the end of a vector that is
// stored right before those of the lanes above.
#include "core/block/rans.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>

#define HARTONOMOUS_TARGET [[gnu::target("avx2,popcnt")]]

namespace hartonomous::core::block {

namespace {

// lanes[mask]: the lanes in the mask, ascending, at the end.
struct Chosen {
  std::uint8_t lanes[256][8];
};
constexpr Chosen chosen() noexcept {
  Chosen table{};
  for (unsigned mask = 0; mask < 256; ++mask) {
    auto place = static_cast<unsigned>(8 - std::popcount(mask));
    for (unsigned lane = 0; lane < 8; ++lane) {
      if ((mask >> lane & 1) != 0) table.lanes[mask][place++] = static_cast<std::uint8_t>(lane);
    }
  }
  return table;
}
constexpr Chosen kChosen = chosen();

struct Constants {
  __m128i table_log, rest;  // rest: 32 - table_log
};

HARTONOMOUS_TARGET [[gnu::always_inline]] inline __m256i load_bytes(const std::uint8_t* bytes) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes)));
}

// The high halves of the products of 32-bit numbers.
HARTONOMOUS_TARGET [[gnu::always_inline]] inline __m256i high_product(__m256i a, __m256i b) {
  const __m256i even = _mm256_srli_epi64(_mm256_mul_epu32(a, b), 32);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(a, 32), _mm256_srli_epi64(b, 32));
  return _mm256_blend_epi32(even, odd, 0xaa);
}

HARTONOMOUS_TARGET [[gnu::always_inline]] inline std::uint16_t* put_words(__m256i x, unsigned mask,
                                                                          std::uint16_t* next) {
  const __m256i moved = _mm256_permutevar8x32_epi32(x, load_bytes(kChosen.lanes[mask]));
  const __m256i words = _mm256_and_si256(moved, _mm256_set1_epi32(0xffff));
  const __m128i packed =
      _mm_packus_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(next - 8), packed);
  return next - std::popcount(mask);
}

// Codes one symbol in each of eight lanes.
HARTONOMOUS_TARGET [[gnu::always_inline]] inline std::uint16_t* step(
    __m256i& lanes, const int* steps, const std::uint8_t* symbols, const std::uint8_t* contexts,
    std::uint16_t* next, const Constants& k) {
  __m256i at = load_bytes(symbols);
  if (contexts != nullptr) at = _mm256_add_epi32(at, _mm256_slli_epi32(load_bytes(contexts), 8));
  const __m256i reciprocal = _mm256_i32gather_epi32(steps, at, 8);
  const __m256i packed = _mm256_i32gather_epi32(steps + 1, at, 8);
  const __m256i frequency = _mm256_and_si256(packed, _mm256_set1_epi32(0xfff));
  const __m256i start = _mm256_and_si256(_mm256_srli_epi32(packed, 12), _mm256_set1_epi32(0xfff));
  const __m256i fits = _mm256_cmpgt_epi32(frequency, _mm256_srl_epi32(lanes, k.rest));
  const auto mask = static_cast<unsigned>(~_mm256_movemask_ps(_mm256_castsi256_ps(fits)) & 0xff);
  next = put_words(lanes, mask, next);
  const __m256i x = _mm256_blendv_epi8(_mm256_srli_epi32(lanes, 16), lanes, fits);
  const __m256i quotient =
      _mm256_srlv_epi32(high_product(x, reciprocal), _mm256_srli_epi32(packed, 24));
  const __m256i rest = _mm256_sub_epi32(x, _mm256_mullo_epi32(quotient, frequency));
  // All ones but where the quotient is one short.
  const __m256i enough = _mm256_cmpgt_epi32(frequency, rest);
  const __m256i one = _mm256_andnot_si256(enough, _mm256_set1_epi32(1));
  const __m256i place = _mm256_sub_epi32(rest, _mm256_andnot_si256(enough, frequency));
  lanes = _mm256_add_epi32(_mm256_sll_epi32(_mm256_add_epi32(quotient, one), k.table_log),
                           _mm256_add_epi32(place, start));
  return next;
}

HARTONOMOUS_TARGET std::uint16_t* encode(const RansStep* all, const std::uint8_t* symbols,
                                         const std::uint8_t* contexts, std::size_t groups,
                                         unsigned table_log, std::uint32_t* states,
                                         std::uint16_t* next) {
  static_assert(sizeof(RansStep) == 8 && kSymbols == 256 && kLanes == 32);
  const Constants k{_mm_cvtsi32_si128(static_cast<int>(table_log)),
                    _mm_cvtsi32_si128(static_cast<int>(32 - table_log))};
  const auto* steps = reinterpret_cast<const int*>(all);
  auto* lanes = reinterpret_cast<__m256i*>(states);
  __m256i x0 = _mm256_loadu_si256(lanes), x1 = _mm256_loadu_si256(lanes + 1);
  __m256i x2 = _mm256_loadu_si256(lanes + 2), x3 = _mm256_loadu_si256(lanes + 3);
  for (std::size_t group = groups; group-- > 0;) {
    const std::uint8_t* const s = symbols + group * kLanes;
    const std::uint8_t* const c = contexts == nullptr ? nullptr : contexts + group * kLanes;
    next = step(x3, steps, s + 24, c == nullptr ? nullptr : c + 24, next, k);
    next = step(x2, steps, s + 16, c == nullptr ? nullptr : c + 16, next, k);
    next = step(x1, steps, s + 8, c == nullptr ? nullptr : c + 8, next, k);
    next = step(x0, steps, s, c, next, k);
  }
  _mm256_storeu_si256(lanes, x0), _mm256_storeu_si256(lanes + 1, x1);
  _mm256_storeu_si256(lanes + 2, x2), _mm256_storeu_si256(lanes + 3, x3);
  return next;
}

}  // namespace

RansEncodeKernel rans_encode_kernel() noexcept {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? encode : nullptr;
}

}  // namespace hartonomous::core::block

#else

namespace hartonomous::core::block {
RansEncodeKernel rans_encode_kernel() noexcept { return nullptr; }
}  // namespace hartonomous::core::block

#endif
