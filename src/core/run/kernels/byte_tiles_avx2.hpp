// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tiles of bytes, for types whose codes are unsigned and below 32: one instruction multiplies four
// columns of eight rows, and sums of 16 bits hold what some of them give (pairs of 15 or 31 times
// 127: eight or four pairs). Integer scales and offsets come in behind those sums.
#pragma once

#include "core/run/kernels/code_tiles_avx2.hpp"

namespace hartonomous::core::run {

namespace {

struct ByteTile {
  alignas(64) std::uint8_t quads[kCodeColumns / 4][kCodeRows][4];
  alignas(32) std::int16_t factors[8][kCodeRows][2];  // of 32 columns, each twice
  alignas(32) std::int16_t minima[8][kCodeRows][2];   // of each 16 columns, to be subtracted
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
struct ByteCodes;

template <std::size_t HeaderBytes, bool IsFiveBits, bool HasMinimum>
struct ByteCodes<Nibbles<HeaderBytes, IsFiveBits, HasMinimum>> {
  using Format = Nibbles<HeaderBytes, IsFiveBits, HasMinimum>;
  using Tile = ByteTile;
  static constexpr std::size_t kRun = 32;
  static constexpr std::size_t kQuads = IsFiveBits ? 4 : 8;
  static constexpr bool kHasMinimaApart = false;

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
        tile.minimum[run][r] = HasMinimum ? _cvtsh_ss(half_bits(block + 2)) : 0;
        _mm256_store_si256(reinterpret_cast<__m256i*>(codes[r]), Eight<Format>::codes(block));
      }
      transpose(codes[0], 32, tile.quads[8 * run][0]);
      transpose(codes[8], 32, tile.quads[8 * run][8]);
    }
  }

  static void add(const Tile& tile, std::size_t run, const CodeForm& in, std::size_t p,
                  std::size_t at, Results& results, Results&) noexcept {
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
    add_scaled(totals, tile.scales[run], in, p, at, results);
    if constexpr (HasMinimum) add_minimum(tile.minimum[run], in, p, at, results);
  }

 private:
  static std::uint16_t half_bits(const std::uint8_t* from) noexcept {
    std::uint16_t bits;
    std::memcpy(&bits, from, sizeof bits);
    return bits;
  }
};

// What a Q4_K row gives to a tile: 256 codes, and numbers for each 16 columns.
struct ByteRun {
  alignas(32) std::uint8_t codes[256];
  alignas(32) std::int16_t factors[16], minima[16];

  void read(const std::uint8_t* block) noexcept {
    const __m128i packed = six_bits(block + 4);
    store(_mm256_cvtepu8_epi16(_mm_unpacklo_epi8(packed, packed)), factors);
    store(_mm256_cvtepu8_epi16(_mm_unpackhi_epi8(packed, packed)), minima);
    const GroupsK<false> groups(block);
    [&]<int... Group>(std::integer_sequence<int, Group...>) {
      (store(groups.template get<Group>(), codes + 32 * Group), ...);
    }
    (std::make_integer_sequence<int, 8>());
  }

 private:
  static void store(__m256i value, void* to) noexcept {
    _mm256_store_si256(static_cast<__m256i*>(to), value);
  }
};

template <>
struct ByteCodes<Q4K> {
  using Tile = ByteTile;
  static constexpr std::size_t kRun = 256;
  static constexpr bool kHasMinimaApart = true;

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
      const std::uint8_t* block = bytes + (row + r) * row_bytes + column / 256 * Q4K::kBytes;
      runs[r].read(block);
      tile.scales[0][r] = tensor::half_at(block);
      tile.minimum[0][r] = tensor::half_at(block + 2);
      for (std::size_t group = 0; group < 8; ++group) {
        tile.factors[group][r][0] = tile.factors[group][r][1] = runs[r].factors[2 * group];
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
                  Results& results, Results& minima) noexcept {
    const std::int8_t* inputs = in.tiles + in.place(p, 256 * at);
    IntegerSums sums, totals;
    for (auto& total : totals) total[0] = total[1] = _mm256_setzero_si256();
    for (std::size_t group = 0; group < 8; ++group) {
      multiply_quads<8>(tile.quads + 8 * group, inputs + 32 * kTogether * group, sums);
      add_times(sums, load_256(tile.factors[group][0]), load_256(tile.factors[group][8]), totals);
    }
    add_scaled(totals, tile.scales[0], in, p, at, results);
    multiply_group_sums(tile.minima, in, p, at, sums);
    add_scaled(sums, tile.minimum[0], in, p, at, minima);
  }
};

}  // namespace

}  // namespace hartonomous::core::run
