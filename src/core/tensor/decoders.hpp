// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The decoders behind dequantize(), one per element type: a run of whole blocks to float32.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/cursor.hpp"
#include "core/tensor/dtype.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::tensor {

// Reads `blocks` blocks of its type from `in` and writes all their elements to `out`.
using Decoder = void (*)(const std::byte* in, std::size_t blocks, float* out);

// Each knows some types and answers nullptr for the rest.
Decoder scalar_decoder(DType dtype) noexcept;
Decoder small_block_decoder(DType dtype) noexcept;
Decoder super_block_decoder(DType dtype) noexcept;

// A Decoder from a function that decodes one block of `Bytes` bytes into `Elements` floats.
template <auto DecodeBlock, std::size_t Elements, std::size_t Bytes>
void decode_blocks(const std::byte* in, std::size_t blocks, float* out) {
  const auto* block = reinterpret_cast<const std::uint8_t*>(in);
  for (std::size_t i = 0; i < blocks; ++i) {
    DecodeBlock(block + i * Bytes, out + i * Elements);
  }
}

// The half-precision number stored at `at`.
inline float half_at(const std::uint8_t* at) noexcept {
  return half_to_float(static_cast<std::uint16_t>(at[0] | at[1] << 8));
}

// The values that a 4-bit code of IQ4_NL and IQ4_XS stands for.
inline constexpr float kIq4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                         1,    13,   25,  38,  53,  69,  89,  113};
// Twice the values of FP4 (E2M1); scales are halved to match.
inline constexpr float kFp4Doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

}  // namespace hartonomous::core::tensor
