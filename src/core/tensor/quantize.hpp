// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// float32 to stored elements: the inverse direction of dequantize.hpp, by the reference operations
// that converters use, so that a copy made by them comes out bit for bit. Casts round to nearest,
// ties to even, unless told to truncate. Quantisers choose scales and codes as ggml's reference
// (quantize_row_*_ref, no importance matrix) does: the same float32 operations in the same order,
// none fused. Every input bit pattern has a defined result: NaNs become the format's quiet NaN in a
// cast, and a code out of range wraps as x86's conversion does. Bit-identical on every CPU.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/result.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::tensor {

enum class Rounding : std::uint8_t { kNearestEven, kTowardZero };  // of casts; stored

// Whether quantize() makes this type.
bool is_quantizable(DType dtype) noexcept;

// Encodes all of `in`. kUnsupported for a type it does not make; kInvalidArgument unless `in` is
// whole blocks and `out` exactly their bytes. `rounding` matters to F16 and BF16 alone.
// O(in.size()), allocates nothing; callers slice long tensors to honour Checkpoint (the K types
// take about 30 ms a MiB of floats).
Status quantize(DType dtype, std::span<const float> in, std::span<std::byte> out,
                Rounding rounding = Rounding::kNearestEven);

}  // namespace hartonomous::core::tensor
