// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Element types of tensors in model files, with their exact storage sizes. Types that two formats
// share have one enumerator, so the same weights are the same tensor whichever file carried them.
// Sources: the safetensors README; ggml's gguf.md and its static block sizes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hartonomous::core::tensor {

// The numeric values are not stored anywhere: the name is the stored identity.
enum class DType : std::uint8_t {
  // Scalars.
  kBool,
  kU8,
  kI8,
  kI16,
  kU16,
  kI32,
  kU32,
  kI64,
  kU64,
  kF16,
  kBf16,
  kF32,
  kF64,
  kC64,
  kF8E4M3,
  kF8E5M2,
  kF8E8M0,
  kF8E4M3Fnuz,
  kF8E5M2Fnuz,
  // Packed scalars (safetensors).
  kF4,
  kF6E2M3,
  kF6E3M2,
  // Blocks (GGUF).
  kQ4_0,
  kQ4_1,
  kQ5_0,
  kQ5_1,
  kQ8_0,
  kQ8_1,
  kQ2K,
  kQ3K,
  kQ4K,
  kQ5K,
  kQ6K,
  kQ8K,
  kIq2Xxs,
  kIq2Xs,
  kIq2S,
  kIq3Xxs,
  kIq3S,
  kIq1S,
  kIq1M,
  kIq4Nl,
  kIq4Xs,
  kTq1_0,
  kTq2_0,
  kMxfp4,
  kNvfp4,
  kQ1_0,
  kQ2_0,
};
inline constexpr std::size_t kDTypeCount = static_cast<std::size_t>(DType::kQ2_0) + 1;

struct DTypeInfo {
  std::string_view name;         // as the formats spell it: "BF16", "F8_E4M3", "Q4_K"
  std::uint32_t block_elements;  // elements coded together; 1 for plain scalars
  std::uint32_t block_bytes;     // bytes of one such block
  bool is_decodable;             // dequantize() reads it
};

// O(1).
const DTypeInfo& info(DType dtype) noexcept;

// The type spelled exactly `name`, if there is one. O(number of types).
std::optional<DType> dtype_by_name(std::string_view name) noexcept;

// Bytes of a dense tensor; nothing if an element or byte count exceeds 2^64-1 or the tensor ends
// inside a block. Quantised blocks run along the innermost dimension, shape.back(), which must hold
// whole blocks; packed scalars run through the whole tensor. An empty shape is a scalar; a zero
// dimension makes 0 bytes, unless the dimensions before it overflow.
std::optional<std::uint64_t> byte_length(DType dtype,
                                         std::span<const std::uint64_t> shape) noexcept;

}  // namespace hartonomous::core::tensor
