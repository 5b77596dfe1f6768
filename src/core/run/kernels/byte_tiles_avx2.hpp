// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tiles of bytes, for types whose codes are unsigned and below 64: one instruction multiplies four
// columns of eight rows, and sums of 16 bits hold what some of them give (pairs of 15, 31 or 63
// times 127: eight, four or two pairs). Integer scales and offsets come in behind those sums.
#pragma once

#include "core/run/kernels/code_tiles_avx2.hpp"

namespace hartonomous::core::run {

namespace {

struct ByteTile {
  alignas(64) std::uint8_t quads[kCodeColumns / 4][kCodeRows][4];
  alignas(32) std::int16_t factors[16][kCodeRows][2];  // of 32 or 16 columns, each twice
  alignas(32) std::int16_t minima[8][kCodeRows][2];    // of each 16 columns, to be subtracted
  alignas(32) float scales[kCodeRuns][kCodeRows];
  alignas(32) float minimum[kCodeRuns][kCodeRows];
};

// 16-bit sums over Quads times four columns.
template <std::size_t Quads>
[[gnu::always_inline]] inline void multiply_quads(const std::uint8_t (*tile)[kCodeRows][4],
                                                  const std::int8_t* inputs,
                                                  IntegerSums& sums) noexcept {
#pragma GCC unroll 8
  for (std::size_t k = 0; k < Quads; ++k) {
    const __m256i low = load_256(tile[k][0]), high = load_256(tile[k][8]);
    for (std::size_t i = 0; i < kTogether; ++i) {
      const __m256i x = spread_word(inputs + 4 * (kTogether * k + i));
      const __m256i a = _mm256_maddubs_epi16(low, x), b = _mm256_maddubs_epi16(high, x);
      sums[i][0] = k == 0 ? a : _mm256_add_epi16(sums[i][0], a);
      sums[i][1] = k == 0 ? b : _mm256_add_epi16(sums[i][1], b);
    }
  }
}

inline void add_times(const IntegerSums& sums, __m256i low, __m256i high,
                      IntegerSums& totals) noexcept {
  for (std::size_t i = 0; i < kTogether; ++i) {
    totals[i][0] = _mm256_add_epi32(totals[i][0], _mm256_madd_epi16(sums[i][0], low));
    totals[i][1] = _mm256_add_epi32(totals[i][1], _mm256_madd_epi16(sums[i][1], high));
  }
}

// Blocks of 32 with four- or five-bit codes.
template <class Format>
struct ByteCodes {
  using Tile = ByteTile;
  static constexpr std::size_t kRun = 32;
  static constexpr std::size_t kQuads = Format::kIsFiveBits ? 4 : 8;

  static void fill(const Matrix& matrix, std::size_t row, std::size_t rows, std::size_t column,
                   std::size_t columns, Tile& tile) {
    alignas(32) std::uint8_t codes[kCodeRows][32] = {};
    const std::size_t row_bytes = matrix.data.size() / matrix.rows;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
    for (std::size_t run = 0; run < columns / 32; ++run) {
      for (std::size_t r = 0; r < kCodeRows; ++r) {
        if (r >= rows) {
          tile.scales[run][r] = tile.minimum[run][r] = 0;
          continue;
        }
        const std::uint8_t* block =
            bytes + (row + r) * row_bytes + (column / 32 + run) * Format::kBytes;
        tile.scales[run][r] = _cvtsh_ss(half_bits(block));
        tile.minimum[run][r] = Format::kHasMinimum ? _cvtsh_ss(half_bits(block + 2)) : 0;
        _mm256_store_si256(reinterpret_cast<__m256i*>(codes[r]), Eight<Format>::codes(block));
      }
      transpose(codes[0], 32, tile.quads[8 * run][0]);
      transpose(codes[8], 32, tile.quads[8 * run][8]);
    }
  }

  static void add(const Tile& tile, std::size_t run, const CodeForm& in, std::size_t p,
                  std::size_t at, Results& results) noexcept {
    const std::int8_t* inputs = in.tiles + in.place(p, 32 * at);
    const __m256i ones = _mm256_set1_epi16(1);
    IntegerSums sums, totals;
    for (std::size_t i = 0; i < kTogether; ++i) {
      const std::int16_t* groups = in.group_sums + 2 * ((p + i) * in.blocks + at);
      const int offset = Eight<Format>::kOffset * (groups[0] + groups[1]);
      totals[i][0] = totals[i][1] = _mm256_set1_epi32(-offset);
    }
    for (std::size_t k = 0; k < 8; k += kQuads) {
      multiply_quads<kQuads>(tile.quads + 8 * run + k, inputs + 4 * kTogether * k, sums);
      add_times(sums, ones, ones, totals);
    }
    add_scaled<false>(totals, tile.scales[run], in, p, at, results);
    if constexpr (Format::kHasMinimum) add_minimum(tile.minimum[run], in, p, at, results);
  }

 private:
  static std::uint16_t half_bits(const std::uint8_t* from) noexcept {
    std::uint16_t bits;
    std::memcpy(&bits, from, sizeof bits);
    return bits;
  }
};

// What a super-block's row gives to a tile: 256 codes, and numbers for each 16 columns.
struct ByteRun {
  alignas(32) std::uint8_t codes[256];
  alignas(32) std::int16_t factors[16], minima[16];
};

template <class Format>
struct ByteReader;

template <bool IsFiveBits>
struct ByteReader<NibblesK<IsFiveBits>> {
  static constexpr std::size_t kQuads = IsFiveBits ? 4 : 8, kGroup = 32;
  static constexpr std::size_t kScale = 0, kMinimum = 2;
  static void read(const std::uint8_t* block, ByteRun& to) noexcept {
    const __m128i packed = six_bits(block + 4);
    _mm256_store_si256(reinterpret_cast<__m256i*>(to.factors),
                       widen_unsigned(_mm_unpacklo_epi8(packed, packed)));
    _mm256_store_si256(reinterpret_cast<__m256i*>(to.minima),
                       widen_unsigned(_mm_unpackhi_epi8(packed, packed)));
    const GroupsK<IsFiveBits> groups(block);
    auto* const codes = reinterpret_cast<__m256i*>(to.codes);
    _mm256_store_si256(codes, groups.template get<0>());
    _mm256_store_si256(codes + 1, groups.template get<1>());
    _mm256_store_si256(codes + 2, groups.template get<2>());
    _mm256_store_si256(codes + 3, groups.template get<3>());
    _mm256_store_si256(codes + 4, groups.template get<4>());
    _mm256_store_si256(codes + 5, groups.template get<5>());
    _mm256_store_si256(codes + 6, groups.template get<6>());
    _mm256_store_si256(codes + 7, groups.template get<7>());
  }
};

// Codes less 32: the scales times 32 are what is subtracted.
template <>
struct ByteReader<Q6K> {
  static constexpr std::size_t kQuads = 2, kGroup = 16;
  static constexpr std::size_t kScale = 208, kMinimum = 208;
  static void read(const std::uint8_t* block, ByteRun& to) noexcept {
    const __m256i scales = _mm256_cvtepi8_epi16(load_128(block + 192));
    _mm256_store_si256(reinterpret_cast<__m256i*>(to.factors), scales);
    _mm256_store_si256(reinterpret_cast<__m256i*>(to.minima), _mm256_slli_epi16(scales, 5));
    auto* const codes = reinterpret_cast<__m256i*>(to.codes);
    _mm256_store_si256(codes, quarter_6k<0, 0>(block));
    _mm256_store_si256(codes + 1, quarter_6k<0, 1>(block));
    _mm256_store_si256(codes + 2, quarter_6k<0, 2>(block));
    _mm256_store_si256(codes + 3, quarter_6k<0, 3>(block));
    _mm256_store_si256(codes + 4, quarter_6k<1, 0>(block));
    _mm256_store_si256(codes + 5, quarter_6k<1, 1>(block));
    _mm256_store_si256(codes + 6, quarter_6k<1, 2>(block));
    _mm256_store_si256(codes + 7, quarter_6k<1, 3>(block));
  }
};

template <class Format>
requires requires { ByteReader<Format>::kQuads; }
struct ByteCodes<Format> {
  using Tile = ByteTile;
  using Reader = ByteReader<Format>;
  static constexpr std::size_t kRun = 256;

  static void fill(const Matrix& matrix, std::size_t row, std::size_t rows, std::size_t column,
                   std::size_t, Tile& tile) {
    ByteRun runs[kCodeRows];
    const std::size_t row_bytes = matrix.data.size() / matrix.rows;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
    for (std::size_t r = 0; r < kCodeRows; ++r) {
      if (r >= rows) {
        runs[r] = ByteRun{};
        tile.scales[0][r] = tile.minimum[0][r] = 0;
        continue;
      }
      const std::uint8_t* block = bytes + (row + r) * row_bytes + column / 256 * Format::kBytes;
      Reader::read(block, runs[r]);
      tile.scales[0][r] = tensor::half_at(block + Reader::kScale);
      tile.minimum[0][r] = tensor::half_at(block + Reader::kMinimum);
      for (std::size_t group = 0; group < 256 / Reader::kGroup; ++group) {
        tile.factors[group][r][0] = tile.factors[group][r][1] =
            runs[r].factors[group * Reader::kGroup / 16];
      }
    }
    for (std::size_t half = 0; half < kCodeRows; half += 8) {
      for (std::size_t c = 0; c < 256; c += 32) {
        transpose(runs[half].codes + c, sizeof(ByteRun), tile.quads[c / 4][half]);
      }
      transpose(runs[half].minima, sizeof(ByteRun), tile.minima[0][half]);
    }
  }

  static void add(const Tile& tile, std::size_t, const CodeForm& in, std::size_t p, std::size_t at,
                  Results& results) noexcept {
    const std::int8_t* inputs = in.tiles + in.place(p, 256 * at);
    IntegerSums sums, totals;
    for (auto& total : totals) total[0] = total[1] = _mm256_setzero_si256();
    for (std::size_t k = 0; k < 64; k += Reader::kQuads) {
      multiply_quads<Reader::kQuads>(tile.quads + k, inputs + 4 * kTogether * k, sums);
      const auto* const factors = tile.factors[4 * k / Reader::kGroup];
      add_times(sums, load_256(factors[0]), load_256(factors[8]), totals);
    }
    multiply_group_sums(tile.minima, in, p, at, sums);
    if constexpr (Format::kHasMinimum) {
      add_scaled<false>(totals, tile.scales[0], in, p, at, results);
      add_scaled<true>(sums, tile.minimum[0], in, p, at, results);
    } else {
      for (std::size_t i = 0; i < kTogether; ++i) {
        totals[i][0] = _mm256_sub_epi32(totals[i][0], sums[i][0]);
        totals[i][1] = _mm256_sub_epi32(totals[i][1], sums[i][1]);
      }
      add_scaled<false>(totals, tile.scales[0], in, p, at, results);
    }
  }
};

}  // namespace

}  // namespace hartonomous::core::run
