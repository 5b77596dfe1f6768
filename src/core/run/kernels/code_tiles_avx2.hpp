// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Quantised rows with many positions. Sixteen rows' codes of 256 columns become a tile, some
// columns after others and the rows side by side: one multiply-add instruction meets the same few
// inputs with eight rows, and no sum across a register is ever needed. Reading and turning the
// codes costs about as much as some positions' products, so it is shared by a panel.
// Here a tile of 16-bit numbers, two columns at a time, for all types; byte_tiles_avx2.hpp has one
// of bytes, four at a time, for types whose codes are small.
#pragma once

#include "core/run/kernels/code_reads_avx2.hpp"
#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kCodeRows = 16, kCodePositions = 129;
constexpr std::size_t kCodeRuns = kCodeColumns / 32;
static_assert(kCodePositions % kTogether == 0);

// Integer sums or results of 16 rows with three positions.
using IntegerSums = __m256i[kTogether][2];
using Results = __m256[kTogether][2];

// Eight rows of eight 32-bit words, `row` bytes apart, to eight words of eight rows, 64 bytes
// apart.
inline void transpose(const void* from, std::size_t row, void* to) noexcept {
  __m256i a[8], b[8];
  for (std::size_t i = 0; i < 8; ++i) a[i] = load_256(static_cast<const char*>(from) + i * row);
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
  auto* const words = static_cast<__m256i*>(to);
  for (int i = 0; i < 4; ++i) {
    _mm256_store_si256(words + 2 * i, _mm256_permute2x128_si256(a[i], a[i + 4], 0x20));
    _mm256_store_si256(words + 2 * i + 8, _mm256_permute2x128_si256(a[i], a[i + 4], 0x31));
  }
}

// Four bytes of inputs, for eight rows.
inline __m256i spread_word(const void* from) noexcept {
  return _mm256_set1_epi32(static_cast<int>(word_at(static_cast<const std::uint8_t*>(from))));
}

// result += sum * (scales * the position's), of block `at` of positions from p on.
inline void add_scaled(const IntegerSums& sums, const float* scales, const CodeForm& in,
                       std::size_t p, std::size_t at, Results& results) noexcept {
  const __m256 low = _mm256_load_ps(scales), high = _mm256_load_ps(scales + 8);
  for (std::size_t i = 0; i < kTogether; ++i) {
    const __m256 input = _mm256_set1_ps(in.scales[(p + i) * in.blocks + at]);
    for (std::size_t half = 0; half < 2; ++half) {
      const __m256 sum = _mm256_cvtepi32_ps(sums[i][half]);
      const __m256 scale = _mm256_mul_ps(half == 0 ? low : high, input);
      results[i][half] = _mm256_fmadd_ps(sum, scale, results[i][half]);
    }
  }
}

inline void add_minimum(const float* minimum, const CodeForm& in, std::size_t p, std::size_t at,
                        Results& results) noexcept {
  const __m256 low = _mm256_load_ps(minimum), high = _mm256_load_ps(minimum + 8);
  for (std::size_t i = 0; i < kTogether; ++i) {
    const __m256 input = _mm256_set1_ps(in.scaled_sums[(p + i) * in.blocks + at]);
    results[i][0] = _mm256_fmadd_ps(low, input, results[i][0]);
    results[i][1] = _mm256_fmadd_ps(high, input, results[i][1]);
  }
}

// Products of eight pairs of groups' numbers with the sums of the inputs of those groups.
inline void multiply_group_sums(const std::int16_t (*pairs)[kCodeRows][2], const CodeForm& in,
                                std::size_t p, std::size_t at, IntegerSums& sums) noexcept {
  for (auto& sum : sums) sum[0] = sum[1] = _mm256_setzero_si256();
  for (std::size_t k = 0; k < 8; ++k) {
    const __m256i low = load_256(pairs[k][0]), high = load_256(pairs[k][8]);
    for (std::size_t i = 0; i < kTogether; ++i) {
      const __m256i x = spread_word(in.group_sums + ((p + i) * in.blocks + at) * 16 + 2 * k);
      sums[i][0] = _mm256_add_epi32(sums[i][0], _mm256_madd_epi16(low, x));
      sums[i][1] = _mm256_add_epi32(sums[i][1], _mm256_madd_epi16(high, x));
    }
  }
}

struct WideTile {
  alignas(64) std::int16_t pairs[kCodeColumns / 2][kCodeRows][2];
  alignas(32) std::int16_t minima[8][kCodeRows][2];
  alignas(32) float scales[kCodeRuns][kCodeRows];
  alignas(32) float minimum[kCodeRuns][kCodeRows];
};

template <class Format>
struct WideCodes {
  using Tile = WideTile;
  static constexpr std::size_t kRun = Format::kColumns;
  static constexpr bool kHasMinimaApart = run::kHasMinimaApart<Format>;

  // `columns` columns from `column` on of rows [row, row + rows); zeros for rows not there.
  static void fill(const Matrix& matrix, std::size_t row, std::size_t rows, std::size_t column,
                   std::size_t columns, Tile& tile) {
    Run runs[kCodeRows];
    const std::size_t row_bytes = matrix.data.size() / matrix.rows;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
    for (std::size_t r = rows; r < kCodeRows; ++r) runs[r] = Run{};
    for (std::size_t run = 0; run < columns / kRun; ++run) {
      for (std::size_t r = 0; r < rows; ++r) {
        read_codes<Format>(bytes + (row + r) * row_bytes, column / kRun + run, runs[r]);
      }
      for (std::size_t r = 0; r < kCodeRows; ++r) {
        tile.scales[run][r] = runs[r].scale;
        tile.minimum[run][r] = Format::kHasMinimum ? runs[r].minimum : 0;
      }
      for (std::size_t half = 0; half < kCodeRows; half += 8) {
        for (std::size_t c = 0; c < kRun; c += 16) {
          transpose(runs[half].codes + c, sizeof(Run), tile.pairs[(run * kRun + c) / 2][half]);
        }
        if constexpr (Format::kHasMinimum && kRun == 256) {
          transpose(runs[half].minima, sizeof(Run), tile.minima[0][half]);
        }
      }
    }
  }

  // Run `run` of the tile, block `at` of each position's, with three positions from p on.
  static void add(const Tile& tile, std::size_t run, const CodeForm& in, std::size_t p,
                  std::size_t at, Results& results, Results& minima) noexcept {
    const std::int16_t* inputs = in.wide_tiles + in.place(p, at * kRun);
    const auto* pairs = tile.pairs + run * kRun / 2;
    IntegerSums sums;
    for (auto& sum : sums) sum[0] = sum[1] = _mm256_setzero_si256();
    for (std::size_t k = 0; k < kRun / 2; ++k) {
      const __m256i low = load_256(pairs[k][0]), high = load_256(pairs[k][8]);
      for (std::size_t i = 0; i < kTogether; ++i) {
        const __m256i x = spread_word(inputs + 2 * (kTogether * k + i));
        sums[i][0] = _mm256_add_epi32(sums[i][0], _mm256_madd_epi16(low, x));
        sums[i][1] = _mm256_add_epi32(sums[i][1], _mm256_madd_epi16(high, x));
      }
    }
    add_scaled(sums, tile.scales[run], in, p, at, results);
    if constexpr (Format::kHasMinimum && kRun == 32) {
      add_minimum(tile.minimum[run], in, p, at, results);
    }
    if constexpr (Format::kHasMinimum && kRun == 256) {
      multiply_group_sums(tile.minima, in, p, at, sums);
      add_scaled(sums, tile.minimum[run], in, p, at, minima);
    }
  }
};

// A panel's results: three positions after three, 16 rows each. Minima are summed apart.
struct PanelResults {
  alignas(64) float sums[kCodePositions][kCodeRows];
  alignas(64) float minima[kCodePositions][kCodeRows];
};

inline void load_results(const float (*from)[kCodeRows], Results& to) noexcept {
  for (std::size_t i = 0; i < kTogether; ++i) {
    to[i][0] = _mm256_load_ps(from[i]);
    to[i][1] = _mm256_load_ps(from[i] + 8);
  }
}
inline void store_results(const Results& from, float (*to)[kCodeRows]) noexcept {
  for (std::size_t i = 0; i < kTogether; ++i) {
    _mm256_store_ps(to[i], from[i][0]);
    _mm256_store_ps(to[i] + 8, from[i][1]);
  }
}

// Adds the tile of columns from `column` on to the results of positions from `first` on.
template <class Codes>
void add_tile(const typename Codes::Tile& tile, const CodeForm& in, std::size_t first,
              std::size_t positions, std::size_t column, std::size_t columns,
              PanelResults& results) noexcept {
  for (std::size_t p = 0; p < positions; p += kTogether) {
    Results sums, minima;
    load_results(results.sums + p, sums);
    if constexpr (Codes::kHasMinimaApart) load_results(results.minima + p, minima);
    for (std::size_t run = 0; run < columns / Codes::kRun; ++run) {
      Codes::add(tile, run, in, first + p, column / Codes::kRun + run, sums, minima);
    }
    store_results(sums, results.sums + p);
    if constexpr (Codes::kHasMinimaApart) store_results(minima, results.minima + p);
  }
}

template <class Codes>
void tile_code_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const Matrix& matrix = *job.matrix;
  typename Codes::Tile tile;
  PanelResults results;
  for (std::size_t first = 0; first < job.positions; first += kCodePositions) {
    const std::size_t left = job.positions - first;
    const std::size_t positions = left < kCodePositions ? left : kCodePositions;
    for (std::size_t row = begin; row < end; row += kCodeRows) {
      const std::size_t rows = end - row < kCodeRows ? end - row : kCodeRows;
      std::memset(&results, 0, sizeof results);
      for (std::size_t c = 0; c < matrix.columns; c += kCodeColumns) {
        const std::size_t columns =
            matrix.columns - c < kCodeColumns ? matrix.columns - c : kCodeColumns;
        Codes::fill(matrix, row, rows, c, columns, tile);
        add_tile<Codes>(tile, in, first, positions, c, columns, results);
      }
      for (std::size_t p = 0; p < positions; ++p) {
        float* const out = job.out + (first + p) * matrix.rows + row;
        for (std::size_t r = 0; r < rows; ++r) {
          out[r] = Codes::kHasMinimaApart ? results.sums[p][r] - results.minima[p][r]
                                          : results.sums[p][r];
        }
      }
    }
  }
}

}  // namespace

}  // namespace hartonomous::core::run
