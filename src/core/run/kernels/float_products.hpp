// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Products of float rows. A dot product lives in one Lanes: lane c mod 8 takes column c, so few
// positions (weights streamed once, straight from where they lie) and many (a tile of weights
// widened to float32 and kept near while every position meets it) add in the same order.
// The register tile is 4 rows x 3 positions: 12 sums, 3 inputs and 1 weight are AVX2's 16
// registers. Included once by each kernel set's source, after its Lanes.
#pragma once

#include "core/run/kernels/ahead.hpp"
#include "core/run/kernels/forms.hpp"
#include "core/run/kernels/kernel_set.hpp"
#include "core/run/kernels/stored.hpp"
#include "core/tensor/dequantize.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kTileRows = 9, kTileColumns = 512, kPanelPositions = 96;
constexpr std::size_t kRows = 3, kPositions = 4;  // of the register tile
constexpr std::size_t kTileFrom = 8;              // positions from which widening a tile pays
constexpr std::size_t kShortRow = 64;  // columns up to which a row's sum is half its cost

// sums[r * P + p] += rows[r][c] * inputs[p][c] for c below `columns`, a multiple of 8.
template <class Stored, std::size_t R, std::size_t P>
void accumulate(const std::byte* row, std::size_t row_bytes, const float* input,
                std::size_t input_stride, std::size_t columns, Lanes* sums) noexcept {
  Lanes sum[R][P];
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t p = 0; p < P; ++p) sum[r][p] = sums[r * P + p];
  }
  for (std::size_t c = 0; c < columns; c += kLanes) {
    Lanes x[P];
    for (std::size_t p = 0; p < P; ++p) x[p] = Lanes::load(input + p * input_stride + c);
    for (std::size_t r = 0; r < R; ++r) {
      const Lanes w = Stored::load(row + r * row_bytes + c * Stored::kBytes);
      for (std::size_t p = 0; p < P; ++p) sum[r][p] = Lanes::fma(w, x[p], sum[r][p]);
    }
  }
  for (std::size_t r = 0; r < R; ++r) {
    for (std::size_t p = 0; p < P; ++p) sums[r * P + p] = sum[r][p];
  }
}

// The same for the last columns % 8 of a row.
template <class Stored>
void accumulate_rest(const std::byte* row, std::size_t row_bytes, std::size_t rows,
                     const float* input, std::size_t input_stride, std::size_t positions,
                     std::size_t columns, Lanes* sums) noexcept {
  const std::size_t whole = columns / kLanes * kLanes;
  if (whole == columns) return;
  for (std::size_t r = 0; r < rows; ++r) {
    const Lanes w =
        load_rest<Stored>(row + r * row_bytes + whole * Stored::kBytes, columns - whole);
    for (std::size_t p = 0; p < positions; ++p) {
      Lanes& sum = sums[r * positions + p];
      sum = Lanes::fma(w, Lanes::load(input + p * input_stride + whole), sum);
    }
  }
}

using Accumulate = void (*)(const std::byte*, std::size_t, const float*, std::size_t, std::size_t,
                            Lanes*) noexcept;

// accumulate() for up to 4 x 3 or 3 x 4 rows and positions.
template <class Stored>
Accumulate accumulate_for(std::size_t rows, std::size_t positions) noexcept {
  static constexpr Accumulate kFor[4][4] = {
      {accumulate<Stored, 1, 1>, accumulate<Stored, 1, 2>, accumulate<Stored, 1, 3>,
       accumulate<Stored, 1, 4>},
      {accumulate<Stored, 2, 1>, accumulate<Stored, 2, 2>, accumulate<Stored, 2, 3>,
       accumulate<Stored, 2, 4>},
      {accumulate<Stored, 3, 1>, accumulate<Stored, 3, 2>, accumulate<Stored, 3, 3>,
       accumulate<Stored, 3, 4>},
      {accumulate<Stored, 4, 1>, accumulate<Stored, 4, 2>, accumulate<Stored, 4, 3>, nullptr}};
  return kFor[rows - 1][positions - 1];
}

std::size_t at_most(std::size_t value, std::size_t most) noexcept {
  return value < most ? value : most;
}

// Rows as they are stored, once for every three positions.
template <class Stored>
void stream_rows(const Products& job, const FloatForm& in, std::size_t begin, std::size_t end) {
  const std::size_t columns = job.matrix->columns, row_bytes = columns * Stored::kBytes;
  for (std::size_t r = begin; r < end; r += 4) {
    const std::size_t rows = at_most(end - r, 4);
    for (std::size_t p = 0; p < job.positions; p += 3) {
      const std::size_t positions = at_most(job.positions - p, 3);
      Lanes sums[4 * 3];
      for (Lanes& sum : sums) sum = Lanes::zero();
      const std::byte* const row = job.matrix->data.data() + r * row_bytes;
      const float* const input = in.values + p * in.stride;
      accumulate_for<Stored>(rows, positions)(row, row_bytes, input, in.stride,
                                              columns / kLanes * kLanes, sums);
      accumulate_rest<Stored>(row, row_bytes, rows, input, in.stride, positions, columns, sums);
      for (std::size_t i = 0; i < rows * positions; ++i) {
        job.out[(p + i % positions) * job.matrix->rows + r + i / positions] = sums[i].sum();
      }
    }
  }
}

// Columns [begin, end) of `rows` rows as float32, kTileColumns apart.
// REQUIRES: the type is decodable, and its blocks divide kTileColumns.
void decode(const Matrix& matrix, std::size_t row, std::size_t rows, std::size_t begin,
            std::size_t end, float* tile) {
  const tensor::DTypeInfo& type = tensor::info(matrix.dtype);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t first = ((row + r) * matrix.columns + begin) / type.block_elements;
    const std::size_t blocks = (end - begin) / type.block_elements;
    float* to = tile + r * kTileColumns;
    (void)tensor::dequantize(
        matrix.dtype, matrix.data.subspan(first * type.block_bytes, blocks * type.block_bytes),
        {to, end - begin});
  }
}

// A panel of positions meets kTileRows rows, kTileColumns of their columns after the others.
struct Panel {
  const FloatForm& in;
  std::size_t first, positions;
  Lanes sums[kTileRows * kPanelPositions];

  // Each register tile's sums are contiguous.
  Lanes* block(std::size_t r, std::size_t rows, std::size_t p) noexcept {
    return sums + r * kPanelPositions + rows * p;
  }
  // Columns from `begin` on, `columns` of them, of rows that are row_bytes apart.
  template <class Stored>
  void add(const std::byte* weights, std::size_t row_bytes, std::size_t rows, std::size_t begin,
           std::size_t columns, const Ahead& next_weights) noexcept {
    const std::size_t whole = columns / kLanes * kLanes;
    for (std::size_t p = 0; p < positions; p += kPositions) {
      const std::size_t some = at_most(positions - p, kPositions);
      const float* const input = in.values + (first + p) * in.stride + begin;
      const std::size_t after = p + kPositions < positions ? p + kPositions : 0;
      const Ahead next_inputs{
          reinterpret_cast<const std::byte*>(in.values + (first + after) * in.stride + begin),
          in.stride * 4, columns * 4, at_most(positions - after, kPositions)};
      next_weights.fetch(p / kPositions, (positions + kPositions - 1) / kPositions);
      next_inputs.fetch(0, 1);
      for (std::size_t r = 0; r < rows; r += kRows) {
        const std::size_t few = at_most(rows - r, kRows);
        const std::byte* const row = weights + r * row_bytes;
        Lanes* const to = block(r, few, p);
        accumulate_for<Stored>(few, some)(row, row_bytes, input, in.stride, whole, to);
        accumulate_rest<Stored>(row, row_bytes, few, input, in.stride, some, columns, to);
      }
    }
  }
  void finish(const Products& job, std::size_t row, std::size_t rows) noexcept {
    for (std::size_t p = 0; p < positions; ++p) {
      const std::size_t some = at_most(positions - p / kPositions * kPositions, kPositions);
      for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t few = at_most(rows - r / kRows * kRows, kRows);
        job.out[(first + p) * job.matrix->rows + row + r] =
            block(r / kRows * kRows, few,
                  p / kPositions * kPositions)[r % kRows * some + p % kPositions]
                .sum();
      }
    }
  }
};

// The same rows' next columns, if there are more.
Ahead next_piece(const Matrix& matrix, std::size_t row, std::size_t rows,
                 std::size_t column) noexcept {
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  const std::size_t columns = at_most(matrix.columns - column, kTileColumns);
  return {matrix.data.data() + row * row_bytes + row_bytes * column / matrix.columns, row_bytes,
          row_bytes * columns / matrix.columns, columns == 0 ? 0 : rows};
}

// Calls add(panel, row, rows, begin, end) for all pieces of all rows.
template <class Add>
void tile_rows(const Products& job, const FloatForm& in, std::size_t begin, std::size_t end,
               const Add& add) {
  const std::size_t columns = job.matrix->columns;
  for (std::size_t first = 0; first < job.positions; first += kPanelPositions) {
    Panel panel{in, first, at_most(job.positions - first, kPanelPositions), {}};
    for (std::size_t row = begin; row < end; row += kTileRows) {
      const std::size_t rows = at_most(end - row, kTileRows);
      for (Lanes& sum : panel.sums) sum = Lanes::zero();
      for (std::size_t c = 0; c < columns; c += kTileColumns) {
        add(panel, row, rows, c, at_most(columns, c + kTileColumns));
      }
      panel.finish(job, row, rows);
    }
  }
}

// Stored floats meet a panel as they lie; other types as a decoded tile.
struct AddDecoded {
  const Matrix& matrix;
  float* tile;
  void operator()(Panel& panel, std::size_t row, std::size_t rows, std::size_t begin,
                  std::size_t end) const {
    decode(matrix, row, rows, begin, end, tile);
    panel.add<StoredFloat>(reinterpret_cast<const std::byte*>(tile), kTileColumns * 4, rows, begin,
                           end - begin, next_piece(matrix, row, rows, end));
  }
};

template <class Stored>
struct AddStored {
  const Matrix& matrix;
  void operator()(Panel& panel, std::size_t row, std::size_t rows, std::size_t begin,
                  std::size_t end) const {
    panel.add<Stored>(matrix.data.data() + (row * matrix.columns + begin) * Stored::kBytes,
                      matrix.columns * Stored::kBytes, rows, begin, end - begin,
                      next_piece(matrix, row, rows, end));
  }
};

// Many short rows with one position, as the second factor of a low-rank addition: eight rows at a
// time, whose sums are made together.
template <class Stored>
void stream_short_rows(const Products& job, const FloatForm& in, std::size_t begin,
                       std::size_t end) noexcept {
  const std::size_t columns = job.matrix->columns, row_bytes = columns * Stored::kBytes;
  std::size_t r = begin;
  for (; r + kLanes <= end; r += kLanes) {
    const std::byte* row = job.matrix->data.data() + r * row_bytes;
    Lanes sums[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i, row += row_bytes) {
      sums[i] = Lanes::zero();
      for (std::size_t c = 0; c < columns; c += kLanes) {
        sums[i] =
            Lanes::fma(Stored::load(row + c * Stored::kBytes), Lanes::load(in.values + c), sums[i]);
      }
    }
    Lanes::sums(sums).store(job.out + r);
  }
  stream_rows<Stored>(job, in, r, end);
}

template <class Stored>
void stored_products(const Products& job, const FloatForm& in, std::size_t begin, std::size_t end) {
  const std::size_t columns = job.matrix->columns;
  if (job.positions == 1 && columns <= kShortRow && columns % kLanes == 0) {
    stream_short_rows<Stored>(job, in, begin, end);
  } else if (job.positions < kTileFrom) {
    stream_rows<Stored>(job, in, begin, end);
  } else {
    tile_rows(job, in, begin, end, AddStored<Stored>{*job.matrix});
  }
}

void decoded_products(const Products& job, const FloatForm& in, std::size_t begin,
                      std::size_t end) {
  alignas(64) float tile[kTileRows * kTileColumns];
  tile_rows(job, in, begin, end, AddDecoded{*job.matrix, tile});
}

void float_products(const Products& job, const FloatForm& in, std::size_t begin, std::size_t end) {
  switch (job.matrix->dtype) {
    case tensor::DType::kF32:
      return stored_products<StoredFloat>(job, in, begin, end);
    case tensor::DType::kF16:
      return stored_products<StoredHalf>(job, in, begin, end);
    case tensor::DType::kBf16:
      return stored_products<StoredBfloat16>(job, in, begin, end);
    default:
      return decoded_products(job, in, begin, end);
  }
}

}  // namespace

}  // namespace hartonomous::core::run
