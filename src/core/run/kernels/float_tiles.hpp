// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Float rows with many positions. Eight rows' next columns are decoded once, to float32, into a
// tile that stays in the nearest cache while a panel of positions passes; three such tiles take
// turns, so that the panel's inputs are fetched from further away once for 24 rows. The register
// tile is 4 rows x 3 positions: 12 sums, 3 inputs and a passing weight are AVX2's 16 registers.
// Included once by each kernel set's source, after its Lanes.
#pragma once

#include "core/run/kernels/ahead.hpp"
#include "core/run/kernels/forms.hpp"
#include "core/run/kernels/kernel_set.hpp"
#include "core/run/kernels/stored.hpp"
#include "core/tensor/dequantize.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kTileRows = 8, kTileColumns = 512, kGroupRows = 24, kPanelPositions = 96;
constexpr std::size_t kRows = 4;  // of the register tile, with kTogether positions

inline std::size_t at_most(std::size_t value, std::size_t most) noexcept {
  return value < most ? value : most;
}

// The next panel's share of `left` positions: equal ones, in threes.
inline std::size_t panel_size(std::size_t left) noexcept {
  const std::size_t panels = (left + kPanelPositions - 1) / kPanelPositions;
  const std::size_t share = (left + panels - 1) / panels;
  return at_most(left, (share + kTogether - 1) / kTogether * kTogether);
}

// sums[p * kTileRows + r] += tile[r][c] * input[p][c] for `eights` * 8 columns c, at least 8; the
// first time, from 0.
template <bool IsFirst>
void add_products(const float* tile, const float* input, std::size_t eights, Lanes* sums) noexcept {
  Lanes sum[kTogether][kRows];
  for (std::size_t p = 0; p < kTogether; ++p) {
    for (std::size_t r = 0; r < kRows; ++r) {
      sum[p][r] = IsFirst ? Lanes::zero() : sums[p * kTileRows + r];
    }
  }
  const float* const end = tile + eights * kRows * kLanes;
  do {
    Lanes x[kTogether];
    for (std::size_t p = 0; p < kTogether; ++p) x[p] = Lanes::load(input + p * kLanes);
    for (std::size_t r = 0; r < kRows; ++r) {
      const Lanes w = Lanes::load(tile + r * kLanes);
      for (std::size_t p = 0; p < kTogether; ++p) sum[p][r] = Lanes::fma(w, x[p], sum[p][r]);
    }
    input += kTogether * kLanes;
    tile += kRows * kLanes;
  } while (tile != end);
  for (std::size_t p = 0; p < kTogether; ++p) {
    for (std::size_t r = 0; r < kRows; ++r) sums[p * kTileRows + r] = sum[p][r];
  }
}

// Positions [first, first + positions), the first a multiple of three, meet kGroupRows rows,
// kTileColumns of their columns after the others. In a tile four rows lie side by side, eight
// columns each, as three positions do in the inputs: all is read in the order in which it lies.
struct Panel {
  const FloatForm& in;
  std::size_t first, positions;
  alignas(64) float tile[kTileRows / kRows][kTileColumns / kLanes][kRows][kLanes];
  Lanes sums[kGroupRows / kTileRows][kPanelPositions][kTileRows];

  // Columns from `begin` on, eight times `eights`, of the tile's rows, which are the group's tile
  // number `number`.
  void add(std::size_t number, std::size_t begin, std::size_t eights,
           const Ahead& next_weights) noexcept {
    const auto add_some = begin == 0 ? add_products<true> : add_products<false>;
    for (std::size_t p = 0; p < positions; p += kTogether) {
      const float* const input = in.values + (first + p) * in.stride + begin * kTogether;
      next_weights.fetch(p / kTogether, (positions + kTogether - 1) / kTogether);
      for (std::size_t r = 0; r < kTileRows; r += kRows) {
        add_some(tile[r / kRows][0][0], input, eights, sums[number][p] + r);
      }
    }
  }
  void finish(const Products& job, std::size_t number, std::size_t row, std::size_t rows) noexcept {
    for (std::size_t p = 0; p < positions; ++p) {
      float* const out = job.out + (first + p) * job.matrix->rows + row;
      const Lanes results = Lanes::sums(sums[number][p]);
      if (rows == kTileRows) {
        results.store(out);
      } else {
        store_rest(results, out, rows);
      }
    }
  }
};

template <class Stored>
struct DecodeStored {
  static void row(const Matrix& matrix, std::size_t row, std::size_t begin, std::size_t columns,
                  float* to) {
    const std::byte* from = matrix.data.data() + (row * matrix.columns + begin) * Stored::kBytes;
    for (; columns >= kLanes; columns -= kLanes) {
      Stored::load(from).store(to);
      from += kLanes * Stored::kBytes;
      to += kRows * kLanes;
    }
    if (columns > 0) load_rest<Stored>(from, columns).store(to);
  }
};

// Columns [begin, begin + columns) of a row of any decodable type, whose blocks divide
// kTileColumns.
inline void decode_row(const Matrix& matrix, std::size_t row, std::size_t begin,
                       std::size_t columns, float* to) {
  const tensor::DTypeInfo& type = tensor::info(matrix.dtype);
  const std::size_t first = (row * matrix.columns + begin) / type.block_elements;
  const std::size_t blocks = columns / type.block_elements;
  (void)tensor::dequantize(matrix.dtype,
                           matrix.data.subspan(first * type.block_bytes, blocks * type.block_bytes),
                           {to, columns});
}

struct DecodeAny {
  static void row(const Matrix& matrix, std::size_t row, std::size_t begin, std::size_t columns,
                  float* to) {
    float decoded[kTileColumns] = {};
    decode_row(matrix, row, begin, columns, decoded);
    for (std::size_t c = 0; c < columns; c += kLanes) {
      Lanes::load(decoded + c).store(to + c * kRows);
    }
  }
};

// Where the rows' columns from `column` on lie, if there are more.
inline Ahead next_piece(const Matrix& matrix, std::size_t row, std::size_t rows,
                        std::size_t column) noexcept {
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  const std::size_t columns = at_most(matrix.columns - column, kTileColumns);
  return {matrix.data.data() + row * row_bytes + row_bytes * column / matrix.columns, row_bytes,
          row_bytes * columns / matrix.columns, columns == 0 ? 0 : rows};
}

// Rows that are not there are zeros.
template <class Decode>
void decode_tile(const Matrix& matrix, std::size_t row, std::size_t rows, std::size_t begin,
                 std::size_t columns, Panel& panel) {
  if (rows < kTileRows) std::memset(panel.tile, 0, sizeof panel.tile);
  for (std::size_t r = 0; r < rows; ++r) {
    Decode::row(matrix, row + r, begin, columns, panel.tile[r / kRows][0][r % kRows]);
  }
}

// The panel with rows [group, end), at most kGroupRows.
template <class Decode>
void add_rows(const Matrix& matrix, std::size_t group, std::size_t end, Panel& panel) {
  for (std::size_t c = 0; c < matrix.columns; c += kTileColumns) {
    const std::size_t columns = at_most(matrix.columns - c, kTileColumns);
    for (std::size_t row = group; row < end; row += kTileRows) {
      const std::size_t next = row + kTileRows;
      decode_tile<Decode>(matrix, row, at_most(end - row, kTileRows), c, columns, panel);
      panel.add((row - group) / kTileRows, c, (columns + kLanes - 1) / kLanes,
                next < end
                    ? next_piece(matrix, next, at_most(end - next, kTileRows), c)
                    : next_piece(matrix, group, at_most(end - group, kTileRows), c + columns));
    }
  }
}

template <class Decode>
void tile_rows(const Products& job, const FloatForm& in, std::size_t begin, std::size_t end) {
  Panel panel{in, 0, 0, {}, {}};
  for (std::size_t first = 0; first < job.positions; first += panel.positions) {
    panel.first = first;
    panel.positions = panel_size(job.positions - first);
    for (std::size_t group = begin; group < end; group += kGroupRows) {
      const std::size_t group_end = at_most(end, group + kGroupRows);
      add_rows<Decode>(*job.matrix, group, group_end, panel);
      for (std::size_t row = group; row < group_end; row += kTileRows) {
        panel.finish(job, (row - group) / kTileRows, row, at_most(group_end - row, kTileRows));
      }
    }
  }
}

}  // namespace

}  // namespace hartonomous::core::run
