// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The encoders behind quantize(), one per element type: a run of whole blocks from float32.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/tensor/dtype.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::tensor {

// Reads all elements of `blocks` blocks of its type from `in` and writes the blocks to `out`.
using BlockEncoder = void (*)(const float* in, std::size_t blocks, std::byte* out);

// Each knows some types and answers nullptr for the rest.
BlockEncoder small_block_encoder(DType dtype) noexcept;
BlockEncoder super_block_encoder(DType dtype) noexcept;

// A BlockEncoder from a function that encodes `Elements` floats into one block of `Size` bytes.
template <auto EncodeBlock, std::size_t Elements, std::size_t Size>
void encode_blocks(const float* in, std::size_t blocks, std::byte* out) {
  auto* block = reinterpret_cast<std::uint8_t*>(out);
  for (std::size_t i = 0; i < blocks; ++i) EncodeBlock(in + i * Elements, block + i * Size);
}

// Stores `value` at `at` in half precision; returns what was stored.
inline float put_half(float value, std::uint8_t* at) noexcept {
  const std::uint16_t half = float_to_half(value);
  std::memcpy(at, &half, sizeof half);
  return half_to_float(half);
}

// Towards zero; what no int32 holds, NaN included, becomes the least of them.
inline std::int32_t to_int(float value) noexcept {
  const bool fits = value >= -0x1p31F && value < 0x1p31F;
  return fits ? static_cast<std::int32_t>(value) : std::numeric_limits<std::int32_t>::min();
}

}  // namespace hartonomous::core::tensor
