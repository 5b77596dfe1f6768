// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Quantised rows with few positions: the weights are read from memory once, so this must only keep
// up with it. Additions to a result go in order, each waiting for the one before; so blocks are
// taken from eight rows at a time. The eight are an eighth of all rows apart: eight long stripes,
// each read in its order, are what the CPU's prefetcher likes best.
#pragma once

#include "core/run/kernels/code_reads_avx2.hpp"
#include "core/run/kernels/eight_places_avx2.hpp"
#include "core/run/kernels/kernel_set.hpp"
#include "core/run/kernels/super_blocks_avx2.hpp"

namespace hartonomous::core::run {

namespace {

// 32 products of signed codes and inputs in eight sums. |code| <= 128 and |input| <= 127: a pair
// fits 16 bits.
inline __m256i multiply_signed(__m256i codes, __m256i inputs) noexcept {
  const __m256i pairs =
      _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(inputs, codes));
  return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

// Two blocks, one in each half of the result, in 16-bit sums of four products.
template <class Format>
inline __m256i multiply_nibbles(const std::uint8_t* a, const std::uint8_t* b, __m256i low_inputs,
                                __m256i high_inputs) noexcept {
  constexpr std::size_t kCodes = Format::kBytes - 16;
  const __m256i codes = _mm256_set_m128i(load_128(b + kCodes), load_128(a + kCodes));
  const __m256i four = _mm256_set1_epi8(15);
  __m256i low = _mm256_and_si256(codes, four);
  __m256i high = _mm256_and_si256(_mm256_srli_epi16(codes, 4), four);
  if constexpr (Format::kIsFiveBits) {
    const __m256i words =
        _mm256_set_m128i(_mm_set1_epi32(static_cast<int>(word_at(b + kCodes - 4))),
                         _mm_set1_epi32(static_cast<int>(word_at(a + kCodes - 4))));
    low = _mm256_or_si256(low, fifth_bits<0>(words));
    high = _mm256_or_si256(high, fifth_bits<2>(words));
  }
  return _mm256_add_epi16(_mm256_maddubs_epi16(low, low_inputs),
                          _mm256_maddubs_epi16(high, high_inputs));
}

// The integer sums of a block of 32 in eight rows.
template <class Format>
inline __m256i block_sums(const EightPlaces& blocks, const std::int8_t* inputs) noexcept {
  if constexpr (Eight<Format>::kIsSigned) {
    const __m256i x = load_256(inputs);
    __m256i sums[8];
    for (std::size_t i = 0; i < 8; ++i) {
      sums[i] = multiply_signed(Eight<Format>::codes(blocks[i]), x);
    }
    return sums_of(sums);
  } else {
    const __m256i low = _mm256_broadcastsi128_si256(load_128(inputs));
    const __m256i high = _mm256_broadcastsi128_si256(load_128(inputs + 16));
    __m256i sums[4];
    for (std::size_t i = 0; i < 4; ++i) {
      sums[i] = multiply_nibbles<Format>(blocks[i], blocks[i + 4], low, high);
    }
    const __m256i one = _mm256_set1_epi16(1);
    if constexpr (Format::kIsFiveBits) {
      for (__m256i& sum : sums) sum = _mm256_madd_epi16(sum, one);
      return _mm256_hadd_epi32(_mm256_hadd_epi32(sums[0], sums[1]),
                               _mm256_hadd_epi32(sums[2], sums[3]));
    }
    // 16 products of codes below 16 fit 16 bits.
    return _mm256_madd_epi16(
        _mm256_hadd_epi16(_mm256_hadd_epi16(sums[0], sums[1]), _mm256_hadd_epi16(sums[2], sums[3])),
        one);
  }
}

// Adds a block of 32 to the results of eight rows.
template <class Format>
inline void add_blocks(EightSums<Format>& results, const EightPlaces& blocks, const CodeForm& in,
                       std::size_t at) noexcept {
  const __m256 scales = _mm256_mul_ps(blocks.halves(0), _mm256_set1_ps(in.scales[at]));
  if constexpr (kInLanes<Format>) {
    const __m256i x = load_256(in.codes + 32 * at);
    alignas(32) float each[8];
    _mm256_store_ps(each, scales);
    for (std::size_t r = 0; r < 8; ++r) {
      results.add_lanes(r, multiply_signed(Eight<Format>::codes(blocks[r]), x), each);
    }
  } else {
    __m256i sum = block_sums<Format>(blocks, in.codes + 32 * at);
    if constexpr (Eight<Format>::kOffset != 0) {
      const __m256i offset = _mm256_set1_epi16(Eight<Format>::kOffset);
      sum = _mm256_sub_epi32(sum, _mm256_madd_epi16(all_words(in.group_sums + 2 * at), offset));
    }
    results.of[0] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scales, results.of[0]);
    if constexpr (Format::kHasMinimum) {
      results.of[0] =
          _mm256_fmadd_ps(blocks.halves(2), _mm256_set1_ps(in.scaled_sums[at]), results.of[0]);
    }
  }
}

// One position's results of eight rows, `distance` bytes apart.
template <class Format>
inline __m256 eight_results(const std::uint8_t* block, std::size_t distance, const CodeForm& in,
                            std::size_t position) noexcept {
  EightSums<Format> results;
  for (std::size_t at = position * in.blocks; at < (position + 1) * in.blocks; ++at) {
    if constexpr (Format::kColumns == 256) {
      SuperBlocks<Format>::add(results, {block, distance}, in, at);
    } else {
      add_blocks<Format>(results, {block, distance}, in, at);
    }
    block += Format::kBytes;
  }
  return results.results();
}

template <class Format>
void eight_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const Matrix& matrix = *job.matrix;
  const std::size_t row_bytes = matrix.data.size() / matrix.rows, stripe = (end - begin) / 8;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
  for (std::size_t row = begin; row < begin + stripe; ++row) {
    for (std::size_t p = 0; p < job.positions; ++p) {
      float results[8];
      _mm256_storeu_ps(results,
                       eight_results<Format>(bytes + row * row_bytes, stripe * row_bytes, in, p));
      for (std::size_t s = 0; s < 8; ++s) job.out[p * matrix.rows + row + s * stripe] = results[s];
    }
  }
  read_rows<Format>(job, in, begin + 8 * stripe, end);
}

}  // namespace

}  // namespace hartonomous::core::run
