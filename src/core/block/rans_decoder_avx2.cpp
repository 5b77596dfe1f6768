// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Eight lanes to a vector, four vectors to a group of 32 symbols. The lanes that fell out of the
// interval take the next words in lane order, as the portable decoder does: the mask of such lanes
// chooses, for each, which of the next eight words is its own.
#include "core/block/rans.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>

#define HARTONOMOUS_TARGET [[gnu::target("avx2,popcnt")]]

namespace hartonomous::core::block {

namespace {

// places[mask][lane]: how many lanes below `lane` are in the mask.
struct Places {
  std::uint8_t of[256][8];
};
constexpr Places places() noexcept {
  Places table{};
  for (unsigned mask = 0; mask < 256; ++mask) {
    for (unsigned lane = 0; lane < 8; ++lane) {
      table.of[mask][lane] = static_cast<std::uint8_t>(std::popcount(mask & ((1U << lane) - 1)));
    }
  }
  return table;
}
constexpr Places kPlaces = places();

struct Constants {
  __m256i mask;
  __m128i table_log;
};

HARTONOMOUS_TARGET [[gnu::always_inline]] inline __m256i table_of(const std::uint8_t* contexts,
                                                                  __m128i table_log) {
  if (contexts == nullptr) return _mm256_setzero_si256();
  return _mm256_sll_epi32(
      _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(contexts))), table_log);
}

// Decodes one symbol in each of eight lanes; returns them in the low bytes of 32-bit elements.
HARTONOMOUS_TARGET [[gnu::always_inline]] inline __m256i step(__m256i& x,
                                                              const std::uint8_t* contexts,
                                                              const int* slots,
                                                              const std::byte*& words,
                                                              const Constants& k) {
  const __m256i at = _mm256_add_epi32(table_of(contexts, k.table_log), _mm256_and_si256(x, k.mask));
  const __m256i slot = _mm256_i32gather_epi32(slots, at, 4);
  const __m256i frequency = _mm256_and_si256(_mm256_srli_epi32(slot, 8), _mm256_set1_epi32(0xfff));
  const __m256i moved = _mm256_add_epi32(
      _mm256_mullo_epi32(frequency, _mm256_srl_epi32(x, k.table_log)), _mm256_srli_epi32(slot, 20));
  const __m256i low = _mm256_cmpeq_epi32(_mm256_srli_epi32(moved, 16), _mm256_setzero_si256());
  const auto mask = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(low)));
  const __m256i next =
      _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(words)));
  const __m256i place =
      _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(kPlaces.of[mask])));
  const __m256i taken =
      _mm256_or_si256(_mm256_slli_epi32(moved, 16), _mm256_permutevar8x32_epi32(next, place));
  x = _mm256_blendv_epi8(moved, taken, low);
  words += 2 * std::popcount(mask);
  return _mm256_and_si256(slot, _mm256_set1_epi32(0xff));
}

HARTONOMOUS_TARGET std::size_t decode(RansDecoder::State& state, const std::uint8_t* contexts,
                                      std::span<std::uint8_t> out) {
  const Constants k{_mm256_set1_epi32((1 << state.table_log) - 1),
                    _mm_cvtsi32_si128(static_cast<int>(state.table_log))};
  const auto* slots = reinterpret_cast<const int*>(state.slots);
  auto* lanes = reinterpret_cast<__m256i*>(state.lanes.data());
  __m256i x0 = _mm256_loadu_si256(lanes), x1 = _mm256_loadu_si256(lanes + 1);
  __m256i x2 = _mm256_loadu_si256(lanes + 2), x3 = _mm256_loadu_si256(lanes + 3);
  const __m256i in_order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  const std::byte* words = state.words;
  std::size_t at = 0;
  // A group takes at most 64 bytes of words, and each vector reads the next 16.
  for (; at + kLanes <= out.size() && state.end - words >= 64 + 16; at += kLanes) {
    const __m256i s0 = step(x0, contexts, slots, words, k);
    const __m256i s1 = step(x1, contexts == nullptr ? nullptr : contexts + 8, slots, words, k);
    const __m256i s2 = step(x2, contexts == nullptr ? nullptr : contexts + 16, slots, words, k);
    const __m256i s3 = step(x3, contexts == nullptr ? nullptr : contexts + 24, slots, words, k);
    if (contexts != nullptr) contexts += kLanes;
    const __m256i packed =
        _mm256_packus_epi16(_mm256_packus_epi32(s0, s1), _mm256_packus_epi32(s2, s3));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out.data() + at),
                        _mm256_permutevar8x32_epi32(packed, in_order));
  }
  _mm256_storeu_si256(lanes, x0), _mm256_storeu_si256(lanes + 1, x1);
  _mm256_storeu_si256(lanes + 2, x2), _mm256_storeu_si256(lanes + 3, x3);
  state.words = words;
  return at;
}

}  // namespace

RansDecoder::Kernel RansDecoder::vector_kernel() noexcept {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? decode : nullptr;
}

}  // namespace hartonomous::core::block

#else

namespace hartonomous::core::block {
RansDecoder::Kernel RansDecoder::vector_kernel() noexcept { return nullptr; }
}  // namespace hartonomous::core::block

#endif
