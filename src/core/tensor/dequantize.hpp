// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Stored elements to float32. Every input bit pattern has a defined result: NaN and infinite
// scales flow through the arithmetic, nothing branches on them. The order of operations is fixed
// and products are never fused, so results are bit-identical on every CPU, up to a NaN's payload.
// Integers and F64 round to nearest even. Sources: ggml's block layouts; OCP MX 1.0 (E8M0, FP4).
#pragma once

#include <span>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::tensor {

// Decodes out.size() elements from `in`. kUnsupported for a type without decoder (see
// DTypeInfo::is_decodable); kInvalidArgument unless out.size() is whole blocks and `in` is exactly
// their bytes. O(out.size()), allocates nothing; callers slice long tensors to honour Checkpoint.
Status dequantize(DType dtype, Bytes in, std::span<float> out);

}  // namespace hartonomous::core::tensor
