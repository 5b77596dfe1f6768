// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Quantised rows with few positions: the weights are read from memory once, so this must only keep
// up with it. Additions to a result go in order, each waiting for the one before; so
//  - blocks of 32, with an addition each, are taken from eight rows at a time: eight results in one
//    register. The next eight rows are asked for meanwhile, as the CPU's prefetcher does not follow
//    eight places at once;
//  - super-blocks of 256 have few additions, and a row is read in its own order, eight of them at a
//    time: eight integer sums and scales, added one by one.
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

// Where eight runs begin.
struct EightPlaces {
  const std::uint8_t* place[8];

  // The binary16 numbers `offset` bytes into each.
  __m256 halves(std::size_t offset) const noexcept {
    const auto half = [&](std::size_t i) {
      std::uint16_t bits;
      std::memcpy(&bits, place[i] + offset, sizeof bits);
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
};

// 32 products of signed codes and inputs in eight sums. |code| <= 128 and |input| <= 127: a pair
// fits 16 bits.
inline __m256i multiply_signed(__m256i codes, __m256i inputs) noexcept {
  const __m256i pairs =
      _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(inputs, codes));
  return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

// Two blocks, one in each half of the result. Four products of codes below 32 fit 16
// bits.
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
  const __m256i sums = _mm256_add_epi16(_mm256_maddubs_epi16(low, low_inputs),
                                        _mm256_maddubs_epi16(high, high_inputs));
  return _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
}

// The integer sums of a block of 32 in eight rows.
template <class Format>
inline __m256i block_sums(const EightPlaces& blocks, const std::int8_t* inputs) noexcept {
  if constexpr (Eight<Format>::kIsSigned) {
    const __m256i x = load_256(inputs);
    __m256i sums[8];
    for (std::size_t i = 0; i < 8; ++i) {
      sums[i] = multiply_signed(Eight<Format>::codes(blocks.place[i]), x);
    }
    return sums_of(sums);
  } else {
    const __m256i low = _mm256_broadcastsi128_si256(load_128(inputs));
    const __m256i high = _mm256_broadcastsi128_si256(load_128(inputs + 16));
    __m256i sums[4];
    for (std::size_t i = 0; i < 4; ++i) {
      sums[i] = multiply_nibbles<Format>(blocks.place[i], blocks.place[i + 4], low, high);
    }
    return _mm256_hadd_epi32(_mm256_hadd_epi32(sums[0], sums[1]),
                             _mm256_hadd_epi32(sums[2], sums[3]));
  }
}

// Adds a block of 32 to the results of eight rows.
template <class Format>
inline __m256 add_blocks(__m256 result, const EightPlaces& blocks, const CodeForm& in,
                         std::size_t at) noexcept {
  __m256i sum = block_sums<Format>(blocks, in.codes + 32 * at);
  if constexpr (Eight<Format>::kOffset != 0) {
    const int inputs = in.group_sums[2 * at] + in.group_sums[2 * at + 1];
    sum = _mm256_sub_epi32(sum, _mm256_set1_epi32(Eight<Format>::kOffset * inputs));
  }
  const __m256 scales = _mm256_mul_ps(blocks.halves(0), _mm256_set1_ps(in.scales[at]));
  result = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), scales, result);
  if constexpr (Format::kHasMinimum) {
    result = _mm256_fmadd_ps(blocks.halves(2), _mm256_set1_ps(in.scaled_sums[at]), result);
  }
  return result;
}

// Rows in eights; what is missing of the last eight is its last row again.
template <class Format>
void eight_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const Matrix& matrix = *job.matrix;
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
  for (std::size_t r = begin; r < end; r += 8) {
    EightPlaces blocks;
    const std::uint8_t* const next = bytes + (r + 8) * row_bytes;
    for (std::size_t p = 0; p < job.positions; ++p) {
      for (std::size_t i = 0; i < 8; ++i) {
        blocks.place[i] = bytes + (r + i < end ? r + i : end - 1) * row_bytes;
      }
      __m256 result = _mm256_setzero_ps();
      for (std::size_t block = 0; block < in.blocks; ++block) {
        for (std::size_t i = 0; p == 0 && i < 8 * Format::kBytes; i += 64) {
          __builtin_prefetch(next + block * 8 * Format::kBytes + i);
        }
        result = add_blocks<Format>(result, blocks, in, p * in.blocks + block);
        for (const std::uint8_t*& place : blocks.place) place += Format::kBytes;
      }
      float results[8];
      _mm256_storeu_ps(results, result);
      for (std::size_t i = 0; i < 8 && r + i < end; ++i) {
        job.out[p * matrix.rows + r + i] = results[i];
      }
    }
  }
}

// A super-block's sum of scaled codes times inputs, and of minima times group sums, each in eight
// parts.
struct RunSums {
  __m256i codes, minima;
};

// Copies word LowWord of the low half to all its places, 16 bits wide, and HighWord of the high.
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
  static constexpr std::size_t kScale = 0;
  static RunSums multiply(const std::uint8_t* block, const std::int8_t* inputs,
                          __m256i group_sums) noexcept {
    const __m128i packed = six_bits(block + 4);
    const __m256i scales = _mm256_broadcastsi128_si256(_mm_cvtepu8_epi16(packed));
    const __m256i minima = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(packed, packed));
    const GroupsK<IsFiveBits> groups(block);
    __m256i sum =
        _mm256_add_epi32(pair<0>(groups, scales, inputs), pair<2>(groups, scales, inputs));
    sum = _mm256_add_epi32(sum, pair<4>(groups, scales, inputs));
    sum = _mm256_add_epi32(sum, pair<6>(groups, scales, inputs));
    return {sum, _mm256_madd_epi16(minima, group_sums)};
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
  static constexpr std::size_t kScale = 208;
  static RunSums multiply(const std::uint8_t* block, const std::int8_t* inputs,
                          __m256i group_sums) noexcept {
    const __m256i scales = _mm256_cvtepi8_epi16(load_128(block + 192));
    const __m256i offsets = _mm256_slli_epi32(_mm256_madd_epi16(scales, group_sums), 5);
    const __m256i sum =
        _mm256_add_epi32(half<0>(block, scales, inputs), half<1>(block, scales, inputs + 128));
    return {_mm256_sub_epi32(sum, offsets), _mm256_setzero_si256()};
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

// What eight super-blocks add to a result: sum * scale, then minimum * factor, of each in turn.
struct Terms {
  alignas(32) float sums[8], scales[8], minima[8], factors[8];
};

// Of `count` super-blocks in a row; of fewer than eight, the last one stands for the others.
template <class Format>
inline void make_terms(const std::uint8_t* blocks, std::size_t count, const CodeForm& in,
                       std::size_t at, Terms& terms) noexcept {
  EightPlaces places;
  __m256i codes[8], minima[8];
  alignas(32) float inputs[8];
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t run = i < count ? i : count - 1;
    places.place[i] = blocks + run * Format::kBytes;
    inputs[i] = in.scales[at + run];
    const RunSums sums = SuperBlock<Format>::multiply(places.place[i], in.codes + 256 * (at + run),
                                                      load_256(in.group_sums + 16 * (at + run)));
    codes[i] = sums.codes;
    minima[i] = sums.minima;
  }
  const __m256 input = _mm256_load_ps(inputs);
  _mm256_store_ps(terms.sums, _mm256_cvtepi32_ps(sums_of(codes)));
  _mm256_store_ps(terms.scales, _mm256_mul_ps(places.halves(SuperBlock<Format>::kScale), input));
  if constexpr (Format::kHasMinimum) {
    const __m256 less = _mm256_mul_ps(places.halves(2), input);
    _mm256_store_ps(terms.minima, _mm256_cvtepi32_ps(sums_of(minima)));
    _mm256_store_ps(terms.factors, _mm256_sub_ps(_mm256_setzero_ps(), less));
  }
}

template <class Format>
void super_block_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const std::size_t row_bytes = job.matrix->data.size() / job.matrix->rows;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(job.matrix->data.data());
  Terms terms;
  for (std::size_t r = begin; r < end; ++r) {
    for (std::size_t p = 0; p < job.positions; ++p) {
      float result = 0;
      for (std::size_t run = 0; run < in.blocks; run += 8) {
        const std::size_t count = in.blocks - run < 8 ? in.blocks - run : 8;
        make_terms<Format>(bytes + r * row_bytes + run * Format::kBytes, count, in,
                           p * in.blocks + run, terms);
        for (std::size_t i = 0; i < count; ++i) {
          result = std::fma(terms.sums[i], terms.scales[i], result);
          if constexpr (Format::kHasMinimum) {
            result = std::fma(terms.minima[i], terms.factors[i], result);
          }
        }
      }
      job.out[p * job.matrix->rows + r] = result;
    }
  }
}

}  // namespace

}  // namespace hartonomous::core::run
