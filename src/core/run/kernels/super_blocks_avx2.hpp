// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A super-block of each of eight rows meets its inputs. The rows' headers are turned, so that one
// register has one field of all eight.
#pragma once

#include "core/run/kernels/code_reads_avx2.hpp"
#include "core/run/kernels/eight_places_avx2.hpp"
#include "core/run/kernels/kernel_set.hpp"
#include "core/run/kernels/lane_rows_avx2.hpp"

namespace hartonomous::core::run {

namespace {

// Bytes of four words of eight rows: of[i] has word i of all, in their order.
struct EightWords {
  __m256i of[4];

  EightWords(const EightPlaces& places, std::size_t offset) noexcept {
    __m256i rows[4];
    for (std::size_t i = 0; i < 4; ++i) {
      rows[i] = _mm256_set_m128i(load_128(places[i + 4] + offset), load_128(places[i] + offset));
    }
    const __m256i a = _mm256_unpacklo_epi32(rows[0], rows[1]);
    const __m256i b = _mm256_unpacklo_epi32(rows[2], rows[3]);
    const __m256i c = _mm256_unpackhi_epi32(rows[0], rows[1]);
    const __m256i d = _mm256_unpackhi_epi32(rows[2], rows[3]);
    of[0] = _mm256_unpacklo_epi64(a, b);
    of[1] = _mm256_unpackhi_epi64(a, b);
    of[2] = _mm256_unpacklo_epi64(c, d);
    of[3] = _mm256_unpackhi_epi64(c, d);
  }
};

template <int Shift>
inline __m256i nibble(__m256i bytes) noexcept {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, Shift), _mm256_set1_epi8(15));
}

// The headers of eight Q4_K or Q5_K super-blocks: scale, minimum, and six bits for each of eight
// groups' scales and minima.
struct EightHeadersK {
  __m256 scale, minimum;
  __m256i scales[2], minima[2];  // a byte each, of four groups of every row; then the next four

  explicit EightHeadersK(const EightPlaces& places) noexcept {
    const EightWords words(places, 0);
    const __m256i halves =
        _mm256_packus_epi32(_mm256_and_si256(words.of[0], _mm256_set1_epi32(0xffff)),
                            _mm256_srli_epi32(words.of[0], 16));
    const __m256i in_order = _mm256_permute4x64_epi64(halves, 0xd8);
    scale = _mm256_cvtph_ps(_mm256_castsi256_si128(in_order));
    minimum = _mm256_cvtph_ps(_mm256_extracti128_si256(in_order, 1));
    scales[0] = low_six(words.of[1]);
    scales[1] = high_six(words.of[3], words.of[1]);
    minima[0] = low_six(words.of[2]);
    minima[1] = high_six(_mm256_srli_epi16(words.of[3], 4), words.of[2]);
  }

  // Each row's scale of a group, twice.
  template <int Group>
  __m256i scale_of() const noexcept {
    constexpr int kByte = Group % 4;
    return _mm256_shuffle_epi8(
        scales[Group / 4], _mm256_broadcastsi128_si256(_mm_setr_epi8(
                               kByte, -1, kByte, -1, kByte + 4, -1, kByte + 4, -1, kByte + 8, -1,
                               kByte + 8, -1, kByte + 12, -1, kByte + 12, -1)));
  }
  void add_minima(__m256& to, const CodeForm& in, std::size_t at) const noexcept {
    const __m256i sums = minima_sums(in.group_sums + 16 * at);
    const __m256 scaled = _mm256_mul_ps(minimum, _mm256_set1_ps(in.scales[at]));
    to = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), scaled, to);
  }

 private:
  // Each row's sum of minima times the sums of the inputs that they are subtracted from.
  __m256i minima_sums(const std::int16_t* group_sums) const noexcept {
    const __m128i sums = _mm_hadd_epi16(load_128(group_sums), load_128(group_sums + 8));
    const __m256i turned = _mm256_broadcastsi128_si256(_mm_shuffle_epi8(
        sums, _mm_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15)));
    const __m256i even = _mm256_set1_epi16(0xff);
    return _mm256_add_epi32(
        _mm256_add_epi32(
            _mm256_madd_epi16(_mm256_and_si256(minima[0], even),
                              _mm256_shuffle_epi32(turned, 0x00)),
            _mm256_madd_epi16(_mm256_srli_epi16(minima[0], 8), _mm256_shuffle_epi32(turned, 0x55))),
        _mm256_add_epi32(_mm256_madd_epi16(_mm256_and_si256(minima[1], even),
                                           _mm256_shuffle_epi32(turned, 0xaa)),
                         _mm256_madd_epi16(_mm256_srli_epi16(minima[1], 8),
                                           _mm256_shuffle_epi32(turned, 0xff))));
  }

  static __m256i low_six(__m256i bytes) noexcept {
    return _mm256_and_si256(bytes, _mm256_set1_epi8(0x3f));
  }
  static __m256i high_six(__m256i nibbles, __m256i bytes) noexcept {
    return _mm256_or_si256(_mm256_and_si256(nibbles, _mm256_set1_epi8(0x0f)),
                           _mm256_and_si256(_mm256_srli_epi16(bytes, 2), _mm256_set1_epi8(0x30)));
  }
};

template <class Format>
struct SuperBlocks;

// Codes are turned too: a register has four columns of all rows, so that a group's 32 products of a
// row come down to two 16-bit sums without adding across a register.
template <>
struct SuperBlocks<Q4K> {
  static void add(EightSums<Q4K>& results, const EightPlaces& blocks, const CodeForm& in,
                  std::size_t at) noexcept {
    const EightHeadersK headers(blocks);
    const std::int8_t* const inputs = in.codes + 256 * at;
    const __m256i sum = _mm256_add_epi32(
        _mm256_add_epi32(pair<0>(blocks, headers, inputs), pair<2>(blocks, headers, inputs)),
        _mm256_add_epi32(pair<4>(blocks, headers, inputs), pair<6>(blocks, headers, inputs)));
    const __m256 input = _mm256_set1_ps(in.scales[at]);
    results.of[0] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), _mm256_mul_ps(headers.scale, input),
                                    results.of[0]);
    headers.add_minima(results.minima, in, at);
  }

 private:
  // 32 bytes of each row: their low nibbles are a group's codes, the high ones the next one's.
  template <int Group>
  static __m256i pair(const EightPlaces& blocks, const EightHeadersK& headers,
                      const std::int8_t* inputs) noexcept {
    const __m256i first = half<Group>(blocks, headers, inputs, 0);
    return _mm256_add_epi32(first, half<Group>(blocks, headers, inputs, 16));
  }
  // 16 of them: 8 products of codes below 16 fit 16 bits.
  template <int Group>
  static __m256i half(const EightPlaces& blocks, const EightHeadersK& headers,
                      const std::int8_t* inputs, std::size_t first) noexcept {
    const EightWords codes(blocks, 16 + 16 * Group + first);
    __m256i low_sum = _mm256_setzero_si256(), high_sum = low_sum;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::int8_t* const x = inputs + 32 * Group + first + 4 * i;
      const __m256i low = nibble<0>(codes.of[i]), high = nibble<4>(codes.of[i]);
      low_sum = _mm256_add_epi16(low_sum, _mm256_maddubs_epi16(low, all_words(x)));
      high_sum = _mm256_add_epi16(high_sum, _mm256_maddubs_epi16(high, all_words(x + 32)));
    }
    return _mm256_add_epi32(_mm256_madd_epi16(low_sum, headers.template scale_of<Group>()),
                            _mm256_madd_epi16(high_sum, headers.template scale_of<Group + 1>()));
  }
};

// Rows in eight lanes each, one after the other.
template <class Format>
requires(kInLanes<Format>) struct SuperBlocks<Format> {
  static void add(EightSums<Format>& results, const EightPlaces& blocks, const CodeForm& in,
                  std::size_t at) noexcept {
    alignas(32) float scales[8];
    const __m256 input = _mm256_set1_ps(in.scales[at]);
    _mm256_store_ps(scales, _mm256_mul_ps(blocks.halves(LaneRow<Format>::kScale), input));
    for (std::size_t r = 0; r < 8; ++r) {
      results.add_lanes(r, LaneRow<Format>(blocks[r]).sums(in, at), scales);
    }
    if constexpr (Format::kHasMinimum) EightHeadersK(blocks).add_minima(results.minima, in, at);
  }
};

}  // namespace

}  // namespace hartonomous::core::run
