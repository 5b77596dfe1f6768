// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Quantised rows with many positions. Sixteen rows' codes of 256 columns become a tile of 16-bit
// pairs, column pair after column pair, the rows side by side: one multiply-add instruction meets
// a pair of inputs with eight rows, and no sum across a register is ever needed. Reading and
// turning the codes costs about as much as 10 positions' products, so it is shared by a panel.
#pragma once

#include "core/run/kernels/code_reads_avx2.hpp"
#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kCodeRows = 16, kCodeColumns = 256, kCodePositions = 128;
constexpr std::size_t kCodeRuns = kCodeColumns / 32;

struct CodeTile {
  alignas(32) std::int16_t pairs[kCodeColumns / 2][kCodeRows][2];
  alignas(32) std::int16_t minima[8][kCodeRows][2];
  alignas(32) float scales[kCodeRuns][kCodeRows];
  alignas(32) float minimum[kCodeRuns][kCodeRows];
};

// Eight rows of eight 32-bit words to eight words of eight rows, 64 bytes apart.
inline void transpose(const std::int16_t* from, std::size_t row, std::int16_t (*to)[kCodeRows][2],
                      std::size_t first_row) noexcept {
  __m256i a[8], b[8];
  for (int i = 0; i < 8; ++i) a[i] = load_256(from + static_cast<std::size_t>(i) * row);
  for (int i = 0; i < 8; i += 2) {
    b[i] = _mm256_unpacklo_epi32(a[i], a[i + 1]);
    b[i + 1] = _mm256_unpackhi_epi32(a[i], a[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    a[i] = _mm256_unpacklo_epi64(b[i], b[i + 2]);
    a[i + 1] = _mm256_unpackhi_epi64(b[i], b[i + 2]);
    a[i + 2] = _mm256_unpacklo_epi64(b[i + 1], b[i + 3]);
    a[i + 3] = _mm256_unpackhi_epi64(b[i + 1], b[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    const __m256i low = _mm256_permute2x128_si256(a[i], a[i + 4], 0x20);
    const __m256i high = _mm256_permute2x128_si256(a[i], a[i + 4], 0x31);
    _mm256_store_si256(reinterpret_cast<__m256i*>(to[i][first_row]), low);
    _mm256_store_si256(reinterpret_cast<__m256i*>(to[i + 4][first_row]), high);
  }
}

// Columns from `column` on of rows [row, row + rows); zeros for the rows that are not there.
template <class Format>
void fill(const Matrix& matrix, std::size_t row, std::size_t rows, std::size_t column,
          std::size_t columns, CodeTile& tile) {
  Run runs[kCodeRows];
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
  for (std::size_t r = rows; r < kCodeRows; ++r) runs[r] = Run{};
  for (std::size_t at = 0; at < columns; at += Format::kColumns) {
    const std::size_t run = at / Format::kColumns;
    for (std::size_t r = 0; r < rows; ++r) {
      CodeReader<Format>::read(bytes + (row + r) * row_bytes, (column + at) / Format::kColumns,
                               runs[r]);
    }
    for (std::size_t r = 0; r < kCodeRows; ++r) {
      tile.scales[run][r] = runs[r].scale;
      tile.minimum[run][r] = Format::kHasMinimum ? runs[r].minimum : 0;
    }
    constexpr std::size_t kRow = sizeof(Run) / sizeof(std::int16_t);
    for (std::size_t half = 0; half < kCodeRows; half += 8) {
      for (std::size_t c = 0; c < Format::kColumns; c += 16) {
        transpose(runs[half].codes + c, kRow, tile.pairs + (at + c) / 2, half);
      }
      if constexpr (Format::kHasMinimum && Format::kColumns == 256) {
        transpose(runs[half].minima, kRow, tile.minima, half);
      }
    }
  }
}

// Integer sums of 16 rows with P positions over `pairs` column pairs.
template <std::size_t P>
inline void multiply_pairs(const std::int16_t (*tile)[kCodeRows][2], const std::int16_t* inputs,
                           std::size_t stride, std::size_t pairs, __m256i (&sums)[P][2]) noexcept {
  // Nothing but the sums and what they meet may be kept in registers over this loop.
  asm volatile("" ::: "memory");
  for (std::size_t p = 0; p < P; ++p) sums[p][0] = sums[p][1] = _mm256_setzero_si256();
  for (std::size_t k = 0; k < pairs; ++k) {
    const __m256i low = load_256(tile[k][0]), high = load_256(tile[k][8]);
    for (std::size_t p = 0; p < P; ++p) {
      const __m256i x = _mm256_set1_epi32(static_cast<int>(
          word_at(reinterpret_cast<const std::uint8_t*>(inputs + p * stride + 2 * k))));
      sums[p][0] = _mm256_add_epi32(sums[p][0], _mm256_madd_epi16(low, x));
      sums[p][1] = _mm256_add_epi32(sums[p][1], _mm256_madd_epi16(high, x));
    }
  }
}

// results += sums * (scales * an input scale each), or less that.
template <std::size_t P, bool IsLess>
inline void add_scaled(const __m256i (&sums)[P][2], const float* scales, const float* inputs,
                       std::size_t stride, float* results) noexcept {
  for (std::size_t p = 0; p < P; ++p) {
    const __m256 input = _mm256_set1_ps(inputs[p * stride]);
    for (std::size_t half = 0; half < 2; ++half) {
      float* const at = results + p * kCodeRows + half * 8;
      const __m256 sum = _mm256_cvtepi32_ps(sums[p][half]), result = _mm256_loadu_ps(at);
      const __m256 scale = _mm256_mul_ps(_mm256_load_ps(scales + half * 8), input);
      _mm256_storeu_ps(
          at, IsLess ? _mm256_fnmadd_ps(sum, scale, result) : _mm256_fmadd_ps(sum, scale, result));
    }
  }
}

template <std::size_t P>
inline void add_minimum(const float* minimum, const float* inputs, std::size_t stride,
                        float* results) noexcept {
  for (std::size_t p = 0; p < P; ++p) {
    const __m256 input = _mm256_set1_ps(inputs[p * stride]);
    for (std::size_t half = 0; half < 2; ++half) {
      float* const at = results + p * kCodeRows + half * 8;
      _mm256_storeu_ps(
          at, _mm256_fmadd_ps(_mm256_load_ps(minimum + half * 8), input, _mm256_loadu_ps(at)));
    }
  }
}

// A tile with P positions from `p` on, added to their results, 16 floats each.
template <class Format, std::size_t P>
void add_tile(const CodeTile& tile, const CodeForm& in, std::size_t p, std::size_t column,
              std::size_t columns, float* results) noexcept {
  constexpr std::size_t kPairs = Format::kColumns / 2;
  __m256i sums[P][2];
  for (std::size_t run = 0; run < columns / Format::kColumns; ++run) {
    const std::size_t at = p * in.blocks + column / Format::kColumns + run;
    multiply_pairs<P>(tile.pairs + run * kPairs,
                      in.wide_codes + p * in.wide_stride + column + run * Format::kColumns,
                      in.wide_stride, kPairs, sums);
    add_scaled<P, false>(sums, tile.scales[run], in.scales + at, in.blocks, results);
    if constexpr (Format::kHasMinimum && Format::kColumns == 32) {
      add_minimum<P>(tile.minimum[run], in.scaled_sums + at, in.blocks, results);
    }
    if constexpr (Format::kHasMinimum && Format::kColumns == 256) {
      multiply_pairs<P>(tile.minima, in.group_sums + at * 16, in.blocks * 16, 8, sums);
      add_scaled<P, true>(sums, tile.minimum[run], in.scales + at, in.blocks, results);
    }
  }
}

template <class Format>
void add_tile_to_all(const CodeTile& tile, const CodeForm& in, std::size_t first,
                     std::size_t positions, std::size_t column, std::size_t columns,
                     float* results) noexcept {
  std::size_t p = 0;
  for (; p + 4 <= positions; p += 4) {
    add_tile<Format, 4>(tile, in, first + p, column, columns, results + p * kCodeRows);
  }
  const auto rest = positions - p == 1   ? add_tile<Format, 1>
                    : positions - p == 2 ? add_tile<Format, 2>
                                         : add_tile<Format, 3>;
  if (p < positions) rest(tile, in, first + p, column, columns, results + p * kCodeRows);
}

template <class Format>
void tile_code_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const Matrix& matrix = *job.matrix;
  CodeTile tile;
  alignas(32) float results[kCodePositions * kCodeRows];
  for (std::size_t first = 0; first < job.positions; first += kCodePositions) {
    const std::size_t left = job.positions - first;
    const std::size_t positions = left < kCodePositions ? left : kCodePositions;
    for (std::size_t row = begin; row < end; row += kCodeRows) {
      const std::size_t rows = end - row < kCodeRows ? end - row : kCodeRows;
      std::memset(results, 0, positions * kCodeRows * sizeof(float));
      for (std::size_t c = 0; c < matrix.columns; c += kCodeColumns) {
        const std::size_t columns =
            matrix.columns - c < kCodeColumns ? matrix.columns - c : kCodeColumns;
        fill<Format>(matrix, row, rows, c, columns, tile);
        add_tile_to_all<Format>(tile, in, first, positions, c, columns, results);
      }
      for (std::size_t p = 0; p < positions; ++p) {
        std::memcpy(job.out + (first + p) * matrix.rows + row, results + p * kCodeRows,
                    rows * sizeof(float));
      }
    }
  }
}

}  // namespace

}  // namespace hartonomous::core::run
