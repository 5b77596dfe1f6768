// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What weights of each kind are multiplied with: the input vectors, rounded as the reference
// runtime (llama.cpp on a CPU) rounds them before a product, so that greedy choices agree.
//
//   weights                         inputs
//   F32, whatever else is decoded   as they are
//   F16                             to binary16 and back
//   BF16                            to bfloat16 and back
//   blocks of 32 to 128             8-bit codes, a binary16 scale d per 32
//   super-blocks of 256             8-bit codes, a float scale d per 256
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/tensor/dtype.hpp"

namespace hartonomous::core::run {

enum class Form : std::uint8_t { kExact, kHalf, kBfloat16, kCodes32, kCodes256 };
inline constexpr std::size_t kFormCount = 5;

Form form_for(tensor::DType weights) noexcept;

// Positions from which floats lie for tiles, which take three of them at a time, and from which
// codes are widened.
inline constexpr std::size_t kTileFrom = 8, kTogether = 3, kWideFrom = 4;

// Below kTileFrom positions, row p starts at values + p * stride. From there on three lie side by
// side: the eight columns from c on, a multiple of 8, of position p at
// values + (p - p % 3) * stride + 3 * c + p % 3 * 8. Zeros stand where there is no column below a
// multiple of 8, and no position below one of 3.
struct FloatForm {
  const float* values;
  std::size_t stride;
};

// From kWideFrom positions on all arrays have positions a multiple of three, and codes lie for
// tiles too: kCodeColumns columns of all positions after the columns before, in them three
// positions after three, and in those four columns (of wide codes: two) of each position in turn.
// Zeros stand where there is no column or no position.
inline constexpr std::size_t kCodeColumns = 256;

// Row p of each array starts at p times its count per position.
struct CodeForm {
  const std::int8_t* codes;        // one per column, -127..127
  const std::int8_t* tiles;        // the same, for tiles
  const std::int16_t* wide_tiles;  // the same, 16 bits wide
  const std::int16_t* group_sums;  // of each 16 codes
  const float* scales;             // d, one per block of 32 or 256
  const float* scaled_sums;        // blocks of 32: d * (sum of codes), to binary16 and back
  std::size_t columns;
  std::size_t blocks;     // per position
  std::size_t positions;  // a multiple of three, if there are tiles

  // Where columns from `column` on, a multiple of four, of positions from p on, a multiple of
  // three, begin in tiles and wide_tiles.
  std::size_t place(std::size_t p, std::size_t column) const noexcept {
    return (column / kCodeColumns * positions + p) * kCodeColumns +
           column % kCodeColumns * kTogether;
  }
};

}  // namespace hartonomous::core::run
