// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Quantised rows with few positions: the weights are read from memory once, so this must only keep
// up with it. Blocks of 32 have few columns per scale, so eight rows go side by side, and their
// eight integer sums are made, scaled and added together. A super-block's 256 columns are enough
// for one row at a time.
#pragma once

#include "core/run/kernels/code_reads_avx2.hpp"
#include "core/run/kernels/kernel_set.hpp"

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

// The binary16 numbers at the same place in eight rows.
inline __m256 halves_of(const std::uint8_t* const* rows, std::size_t at) noexcept {
  const auto half = [&](int r) {
    std::uint16_t bits;
    std::memcpy(&bits, rows[r] + at, sizeof bits);
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

// 32 products of codes and inputs in eight sums. |code| <= 128 and |input| <= 127: pairs fit 16
// bits.
template <bool IsSigned>
inline __m256i multiply_codes(__m256i codes, __m256i inputs) noexcept {
  const __m256i pairs =
      IsSigned ? _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(inputs, codes))
               : _mm256_maddubs_epi16(codes, inputs);
  return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

template <class Format>
void eight_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const Matrix& matrix = *job.matrix;
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
  for (std::size_t r = begin; r < end; r += 8) {
    const std::uint8_t* rows[8];
    for (std::size_t i = 0; i < 8; ++i) {
      rows[i] = bytes + (r + i < end ? r + i : end - 1) * row_bytes;
    }
    for (std::size_t p = 0; p < job.positions; ++p) {
      const std::int8_t* codes = in.codes + p * in.columns;
      __m256 result = _mm256_setzero_ps();
      for (std::size_t block = 0; block < in.blocks; ++block) {
        const std::size_t at = block * Format::kBytes, scale = p * in.blocks + block;
        const __m256i x = load_256(codes + 32 * block);
        __m256i sums[8];
        for (std::size_t i = 0; i < 8; ++i) {
          sums[i] = multiply_codes<Eight<Format>::kIsSigned>(Eight<Format>::codes(rows[i] + at), x);
        }
        __m256i sum = sums_of(sums);
        if constexpr (Eight<Format>::kOffset != 0) {
          const int inputs = in.group_sums[2 * scale] + in.group_sums[2 * scale + 1];
          sum = _mm256_sub_epi32(sum, _mm256_set1_epi32(Eight<Format>::kOffset * inputs));
        }
        const __m256 scales = _mm256_mul_ps(halves_of(rows, at), _mm256_set1_ps(in.scales[scale]));
        result = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scales, result);
        if constexpr (Format::kHasMinimum) {
          result = _mm256_fmadd_ps(halves_of(rows, at + 2), _mm256_set1_ps(in.scaled_sums[scale]),
                                   result);
        }
      }
      float results[8];
      _mm256_storeu_ps(results, result);
      for (std::size_t i = 0; i < 8 && r + i < end; ++i)
        job.out[p * matrix.rows + r + i] = results[i];
    }
  }
}

// A run of a super-block: the sum of scaled codes times inputs, and of minima times group sums.
struct RunSums {
  std::int32_t codes, minima;
};

// Copies word `Word` of each half to all its places, 16 bits wide.
template <int LowWord, int HighWord>
inline __m256i spread(__m256i words) noexcept {
  constexpr auto kPlace = [](int word) {
    return static_cast<short>(2 * word | (2 * word + 1) << 8);
  };
  return _mm256_shuffle_epi8(
      words, _mm256_set_m128i(_mm_set1_epi16(kPlace(HighWord)), _mm_set1_epi16(kPlace(LowWord))));
}

template <class Format>
struct SuperBlock;

template <bool IsFiveBits>
struct SuperBlock<NibblesK<IsFiveBits>> {
  static RunSums multiply(const std::uint8_t* block, const std::int8_t* inputs,
                          const std::int16_t* group_sums) noexcept {
    const __m128i packed = six_bits(block + 4);
    const __m256i scales = _mm256_broadcastsi128_si256(_mm_cvtepu8_epi16(packed));
    const __m256i minima = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(packed, packed));
    const GroupsK<IsFiveBits> groups(block);
    __m256i sum =
        _mm256_add_epi32(pair<0>(groups, scales, inputs), pair<2>(groups, scales, inputs));
    sum = _mm256_add_epi32(
        sum, _mm256_add_epi32(pair<4>(groups, scales, inputs), pair<6>(groups, scales, inputs)));
    return {sum_of(sum), sum_of(_mm256_madd_epi16(minima, load_256(group_sums)))};
  }

 private:
  template <int Group>
  static __m256i pair(const GroupsK<IsFiveBits>& groups, __m256i scales,
                      const std::int8_t* inputs) noexcept {
    const __m256i first =
        _mm256_maddubs_epi16(groups.template get<Group>(), load_256(inputs + 32 * Group));
    const __m256i second =
        _mm256_maddubs_epi16(groups.template get<Group + 1>(), load_256(inputs + 32 * Group + 32));
    return _mm256_add_epi32(_mm256_madd_epi16(first, spread<Group, Group>(scales)),
                            _mm256_madd_epi16(second, spread<Group + 1, Group + 1>(scales)));
  }
};

template <>
struct SuperBlock<Q6K> {
  static RunSums multiply(const std::uint8_t* block, const std::int8_t* inputs,
                          const std::int16_t* group_sums) noexcept {
    const __m256i scales = _mm256_cvtepi8_epi16(load_128(block + 192));
    const __m256i offsets = _mm256_slli_epi32(_mm256_madd_epi16(scales, load_256(group_sums)), 5);
    const __m256i sum =
        _mm256_add_epi32(half<0>(block, scales, inputs), half<1>(block, scales, inputs + 128));
    return {sum_of(_mm256_sub_epi32(sum, offsets)), 0};
  }

 private:
  template <int Half>
  static __m256i half(const std::uint8_t* block, __m256i all_scales,
                      const std::int8_t* inputs) noexcept {
    const __m256i scales = _mm256_permute4x64_epi64(all_scales, Half == 0 ? 0x44 : 0xee);
    return _mm256_add_epi32(_mm256_add_epi32(quarter<Half, 0>(block, scales, inputs),
                                             quarter<Half, 1>(block, scales, inputs)),
                            _mm256_add_epi32(quarter<Half, 2>(block, scales, inputs),
                                             quarter<Half, 3>(block, scales, inputs)));
  }
  template <int Half, int Quarter>
  static __m256i quarter(const std::uint8_t* block, __m256i scales,
                         const std::int8_t* inputs) noexcept {
    const __m256i pairs =
        _mm256_maddubs_epi16(quarter_6k<Half, Quarter>(block), load_256(inputs + 32 * Quarter));
    return _mm256_madd_epi16(pairs, spread<2 * Quarter, 2 * Quarter + 1>(scales));
  }
};

template <class Format>
void super_block_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const Matrix& matrix = *job.matrix;
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
  constexpr std::size_t kScale = Format::kHasMinimum ? 0 : Format::kBytes - 2;
  for (std::size_t r = begin; r < end; ++r) {
    for (std::size_t p = 0; p < job.positions; ++p) {
      float result = 0;
      for (std::size_t b = 0; b < in.blocks; ++b) {
        const std::uint8_t* block = bytes + r * row_bytes + b * Format::kBytes;
        const std::size_t at = p * in.blocks + b;
        const RunSums sums =
            SuperBlock<Format>::multiply(block, in.codes + 256 * at, in.group_sums + 16 * at);
        result = std::fma(static_cast<float>(sums.codes),
                          tensor::half_at(block + kScale) * in.scales[at], result);
        if constexpr (Format::kHasMinimum) {
          result = std::fma(static_cast<float>(sums.minima),
                            -(tensor::half_at(block + 2) * in.scales[at]), result);
        }
      }
      job.out[p * matrix.rows + r] = result;
    }
  }
}

}  // namespace

}  // namespace hartonomous::core::run
