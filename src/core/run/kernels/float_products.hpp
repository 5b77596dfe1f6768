// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Products of float rows. A dot product lives in one Lanes: lane c mod 8 takes column c, so few
// positions (weights streamed once, straight from where they lie) and many (a tile of weights
// widened to float32 and kept near while every position meets it) add in the same order.
// The register tile is 4 rows x 3 positions: 12 sums, 3 inputs and 1 weight are AVX2's 16
// registers. Included once by each kernel set's source, after its Lanes.
#pragma once

#include "core/run/kernels/float_tiles.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kStripes = 8;
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

// accumulate() for up to 4 x 3 rows and positions.
template <class Stored>
Accumulate accumulate_for(std::size_t rows, std::size_t positions) noexcept {
  static constexpr Accumulate kFor[4][3] = {
      {accumulate<Stored, 1, 1>, accumulate<Stored, 1, 2>, accumulate<Stored, 1, 3>},
      {accumulate<Stored, 2, 1>, accumulate<Stored, 2, 2>, accumulate<Stored, 2, 3>},
      {accumulate<Stored, 3, 1>, accumulate<Stored, 3, 2>, accumulate<Stored, 3, 3>},
      {accumulate<Stored, 4, 1>, accumulate<Stored, 4, 2>, accumulate<Stored, 4, 3>}};
  return kFor[rows - 1][positions - 1];
}

// Rows begin + s * stripe for s below 8 with one position.
template <class Stored>
void stream_eight(const Products& job, const FloatForm& in, std::size_t begin,
                  std::size_t stripe) noexcept {
  const std::size_t columns = job.matrix->columns, row_bytes = columns * Stored::kBytes;
  const std::byte* row[kStripes];
  Lanes sums[kStripes];
  for (std::size_t s = 0; s < kStripes; ++s) {
    row[s] = job.matrix->data.data() + (begin + s * stripe) * row_bytes;
    sums[s] = Lanes::zero();
  }
  const std::size_t whole = columns / kLanes * kLanes;
  for (std::size_t c = 0; c < whole; c += kLanes) {
    const Lanes x = Lanes::load(in.values + c);
    for (std::size_t s = 0; s < kStripes; ++s) {
      sums[s] = Lanes::fma(Stored::load(row[s] + c * Stored::kBytes), x, sums[s]);
    }
  }
  for (std::size_t s = 0; s < kStripes; ++s) {
    accumulate_rest<Stored>(row[s], 0, 1, in.values, 0, 1, columns, sums + s);
  }
  float results[kStripes];
  Lanes::sums(sums).store(results);
  for (std::size_t s = 0; s < kStripes; ++s) job.out[begin + s * stripe] = results[s];
}

// Rows as they are stored, once for every three positions.
template <class Stored>
void stream_rows(const Products& job, const FloatForm& in, std::size_t begin, std::size_t end) {
  const std::size_t columns = job.matrix->columns, row_bytes = columns * Stored::kBytes;
  if (job.positions == 1) {
    const std::size_t stripe = (end - begin) / kStripes;
    for (std::size_t i = 0; i < stripe; ++i) stream_eight<Stored>(job, in, begin + i, stripe);
    begin += stripe * kStripes;
  }
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

// Rows of other types, decoded piece by piece.
void decode_rows(const Products& job, const FloatForm& in, std::size_t begin, std::size_t end) {
  const std::size_t columns = job.matrix->columns;
  float decoded[kTileColumns];
  const auto* const piece = reinterpret_cast<const std::byte*>(decoded);
  for (std::size_t r = begin; r < end; ++r) {
    Lanes sums[kTileFrom];
    for (Lanes& sum : sums) sum = Lanes::zero();
    for (std::size_t c = 0; c < columns; c += kTileColumns) {
      const std::size_t some = at_most(columns - c, kTileColumns);
      decode_row(*job.matrix, r, c, some, decoded);
      for (std::size_t p = 0; p < job.positions; ++p) {
        const float* const input = in.values + p * in.stride + c;
        accumulate<StoredFloat, 1, 1>(piece, 0, input, 0, some / kLanes * kLanes, sums + p);
        accumulate_rest<StoredFloat>(piece, 0, 1, input, 0, 1, some, sums + p);
      }
    }
    for (std::size_t p = 0; p < job.positions; ++p) {
      job.out[p * job.matrix->rows + r] = sums[p].sum();
    }
  }
}

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
    tile_rows<DecodeStored<Stored>>(job, in, begin, end);
  }
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
      return (job.positions < kTileFrom ? decode_rows : tile_rows<DecodeAny>)(job, in, begin, end);
  }
}

}  // namespace

}  // namespace hartonomous::core::run
