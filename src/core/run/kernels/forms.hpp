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

// Row p starts at values + p * stride; zeros follow it up to a multiple of 8.
struct FloatForm {
  const float* values;
  std::size_t stride;
};

inline constexpr std::size_t kWideFrom = 4;

// Rows of many positions are this much further apart than they are long, in bytes: at a distance
// of some power of two they would all want the same few places of the caches.
inline constexpr std::size_t kRowGap = 64;

// Row p of each array starts at p times its count per position.
struct CodeForm {
  const std::int8_t* codes;        // one per column, -127..127
  const std::int16_t* wide_codes;  // the same, if there are kWideFrom positions, ...
  std::size_t wide_stride;         // ... so far apart
  const std::int16_t* group_sums;  // of each 16 codes
  const float* scales;             // d, one per block of 32 or 256
  const float* scaled_sums;        // blocks of 32: d * (sum of codes), to binary16 and back
  std::size_t columns;
  std::size_t blocks;  // per position
};

}  // namespace hartonomous::core::run
