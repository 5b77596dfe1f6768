// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Many positions of the types whose results are in eight lanes. Sixteen rows' codes of 256 columns
// are unpacked once, row by row, and stay near while a panel of positions passes: two rows and
// three positions together, whose six sums, inputs and codes are registers. A result's eight lanes
// wait in memory between two runs of 256 columns.
#pragma once

#include "core/run/kernels/code_tiles_avx2.hpp"
#include "core/run/kernels/lane_rows_avx2.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kLanePositions = 96, kRowsAtOnce = 2;
static_assert(kLanePositions % kTogether == 0);

struct LaneResults {
  __m256 sums[kLanePositions][kCodeRows];
  float minima[kLanePositions][kCodeRows];
};

// Eight sums of each of some rows with three positions.
using LaneSums = __m256i[kRowsAtOnce][kTogether];

template <class Format>
struct LaneTile {
  alignas(64) std::uint8_t codes[kCodeRows][8][32];
  alignas(32) std::int16_t factors[kCodeRows][8][16];
  alignas(32) std::int16_t offsets[kCodeRows][16];
  alignas(32) std::int16_t minima[8][kCodeRows][2];
  alignas(32) float minimum[kCodeRows];
  float scales[kCodeRows];

  // Columns [column, column + 256) of rows [row, row + rows); zeros for rows not there.
  void fill(const Matrix& matrix, std::size_t row, std::size_t rows, std::size_t column,
            std::size_t) {
    const std::size_t row_bytes = matrix.data.size() / matrix.rows;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
    alignas(32) std::int16_t of_rows[kCodeRows][16] = {};
    if (rows < kCodeRows) std::memset(this, 0, sizeof *this);
    for (std::size_t r = 0; r < rows; ++r) {
      const std::uint8_t* block = bytes + (row + r) * row_bytes + column / 256 * Format::kBytes;
      const LaneFields<Format> fields(block);
      [&]<int... Group>(std::integer_sequence<int, Group...>) {
        (store(fields.template codes<Group>(), codes[r][Group]), ...);
        (store(fields.template factors<Group>(), factors[r][Group]), ...);
      }
      (std::make_integer_sequence<int, 8>());
      store(fields.offsets(), offsets[r]);
      scales[r] = tensor::half_at(block + LaneFields<Format>::kScale);
      if constexpr (Format::kHasMinimum) {
        const __m128i packed = six_bits(block + 4);  // each minimum twice: it is for 32 columns
        store(_mm256_cvtepu8_epi16(_mm_unpackhi_epi8(packed, packed)), of_rows[r]);
        minimum[r] = tensor::half_at(block + LaneFields<Format>::kMinimum);
      }
    }
    if constexpr (Format::kHasMinimum) {
      for (std::size_t half = 0; half < kCodeRows; half += 8) {
        transpose(of_rows[half], sizeof of_rows[0], minima[0][half]);
      }
    }
  }

  // Adds the products with block `at` of three positions from p on to their results.
  void add(const CodeForm& in, std::size_t p, std::size_t at, std::size_t,
           __m256 (*sums)[kCodeRows], float (*minima_sums)[kCodeRows]) const noexcept {
    float inputs[kTogether];
    for (std::size_t i = 0; i < kTogether; ++i) inputs[i] = in.scales[(p + i) * in.blocks + at];
    for (std::size_t r = 0; r < kCodeRows; r += kRowsAtOnce) {
      LaneSums products;
      multiply(r, in, p, at, products);
      for (std::size_t i = 0; i < kTogether; ++i) {
        for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
          const __m256 scale = _mm256_set1_ps(scales[r + k] * inputs[i]);
          sums[i][r + k] =
              _mm256_fmadd_ps(_mm256_cvtepi32_ps(products[k][i]), scale, sums[i][r + k]);
        }
      }
    }
    if constexpr (Format::kHasMinimum) {
      IntegerSums products;
      Results results;
      load_results(minima_sums, results);
      multiply_group_sums(minima, in, p, at, products);
      add_scaled(products, minimum, in, p, at, results);
      store_results(results, minima_sums);
    }
  }

 private:
  static void store(__m256i value, void* to) noexcept {
    _mm256_store_si256(static_cast<__m256i*>(to), value);
  }
  void multiply(std::size_t r, const CodeForm& in, std::size_t p, std::size_t at,
                LaneSums& sums) const noexcept {
    for (std::size_t i = 0; i < kTogether; ++i) {
      const __m256i group_sums = load_256(in.group_sums + ((p + i) * in.blocks + at) * 16);
      for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
        sums[k][i] = _mm256_setzero_si256();
        if constexpr (kHasOffset<Format>) {
          const __m256i less = _mm256_madd_epi16(load_256(offsets[r + k]), group_sums);
          sums[k][i] = _mm256_sub_epi32(sums[k][i], less);
        }
      }
    }
    const std::int8_t* const codes_in = in.codes + p * in.columns + 256 * at;
    for (std::size_t g = 0; g < 8; ++g) {
      for (std::size_t i = 0; i < kTogether; ++i) {
        const __m256i x = load_256(codes_in + i * in.columns + 32 * g);
        for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
          const __m256i pairs = _mm256_maddubs_epi16(load_256(codes[r + k][g]), x);
          const __m256i product = _mm256_madd_epi16(pairs, load_256(factors[r + k][g]));
          sums[k][i] = _mm256_add_epi32(sums[k][i], product);
        }
      }
    }
  }
};

// Eight blocks of 32, or fewer at a row's end.
template <>
struct LaneTile<Q8_0> {
  alignas(64) std::int8_t codes[kCodeRows][8][32];
  alignas(64) std::uint8_t magnitudes[kCodeRows][8][32];
  alignas(32) float scales[kCodeRows][8];

  void fill(const Matrix& matrix, std::size_t row, std::size_t rows, std::size_t column,
            std::size_t columns) {
    const std::size_t row_bytes = matrix.data.size() / matrix.rows;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(matrix.data.data());
    if (rows < kCodeRows) std::memset(this, 0, sizeof *this);
    for (std::size_t r = 0; r < rows; ++r) {
      const std::uint8_t* block = bytes + (row + r) * row_bytes + column / 32 * Q8_0::kBytes;
      for (std::size_t b = 0; b < columns / 32; ++b, block += Q8_0::kBytes) {
        const __m256i some = load_256(block + 2);
        _mm256_store_si256(reinterpret_cast<__m256i*>(codes[r][b]), some);
        _mm256_store_si256(reinterpret_cast<__m256i*>(magnitudes[r][b]), _mm256_abs_epi8(some));
        scales[r][b] = tensor::half_at(block);
      }
    }
  }

  void add(const CodeForm& in, std::size_t p, std::size_t at, std::size_t columns,
           __m256 (*sums)[kCodeRows], float (*)[kCodeRows]) const noexcept {
    const std::size_t blocks = columns / 32;
    alignas(32) float both[kCodeRows][kTogether][8];
    for (std::size_t i = 0; i < kTogether; ++i) {
      alignas(32) float inputs[8] = {};
      std::memcpy(inputs, in.scales + (p + i) * in.blocks + 8 * at, blocks * sizeof(float));
      for (std::size_t r = 0; r < kCodeRows; ++r) {
        const __m256 scale = _mm256_mul_ps(_mm256_load_ps(scales[r]), _mm256_load_ps(inputs));
        _mm256_store_ps(both[r][i], scale);
      }
    }
    const std::int8_t* const inputs = in.codes + p * in.columns + 256 * at;
    for (std::size_t r = 0; r < kCodeRows; r += kRowsAtOnce) {
      multiply(r, inputs, in.columns, blocks, both + r, sums);
    }
  }

 private:
  void multiply(std::size_t r, const std::int8_t* inputs, std::size_t stride, std::size_t blocks,
                const float (*both)[kTogether][8], __m256 (*sums)[kCodeRows]) const noexcept {
    __m256 results[kRowsAtOnce][kTogether];
    for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
      for (std::size_t i = 0; i < kTogether; ++i) results[k][i] = sums[i][r + k];
    }
    const __m256i one = _mm256_set1_epi16(1);
    for (std::size_t b = 0; b < blocks; ++b) {
      for (std::size_t i = 0; i < kTogether; ++i) {
        const __m256i x = load_256(inputs + i * stride + 32 * b);
        for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
          const __m256i signed_x = _mm256_sign_epi8(x, load_256(codes[r + k][b]));
          const __m256i pairs = _mm256_maddubs_epi16(load_256(magnitudes[r + k][b]), signed_x);
          results[k][i] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(_mm256_madd_epi16(pairs, one)),
                                          _mm256_broadcast_ss(both[k][i] + b), results[k][i]);
        }
      }
    }
    for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
      for (std::size_t i = 0; i < kTogether; ++i) sums[i][r + k] = results[k][i];
    }
  }
};

template <class Format>
void tile_lane_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const Matrix& matrix = *job.matrix;
  LaneTile<Format> tile;
  alignas(64) LaneResults results;
  for (std::size_t first = 0; first < job.positions; first += kLanePositions) {
    const std::size_t positions = std::min(job.positions - first, kLanePositions);
    for (std::size_t row = begin; row < end; row += kCodeRows) {
      const std::size_t rows = std::min(end - row, kCodeRows);
      std::memset(&results, 0, sizeof results);
      for (std::size_t c = 0; c < matrix.columns; c += kCodeColumns) {
        const std::size_t columns = std::min(matrix.columns - c, kCodeColumns);
        tile.fill(matrix, row, rows, c, columns);
        for (std::size_t p = 0; p < positions; p += kTogether) {
          tile.add(in, first + p, c / kCodeColumns, columns, results.sums + p, results.minima + p);
        }
      }
      for (std::size_t p = 0; p < positions; ++p) {
        alignas(32) float out[kCodeRows];
        for (std::size_t half = 0; half < kCodeRows; half += 8) {
          Lanes lanes[8];
          for (std::size_t r = 0; r < 8; ++r) lanes[r] = {results.sums[p][half + r]};
          (Lanes::sums_by_halves(lanes) - Lanes::load(results.minima[p] + half)).store(out + half);
        }
        std::memcpy(job.out + (first + p) * matrix.rows + row, out, rows * sizeof(float));
      }
    }
  }
}

}  // namespace

}  // namespace hartonomous::core::run
