// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where a forward pass finds a model's weights. The pass names tensors as their file does; what
// gives it bytes may map a cache, read blocks, or hold a file in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/run/row_order.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::run {

using TensorNumber = std::size_t;  // place in the source, < its number of tensors

// A low-rank addition to a matrix W: W + scale * B * A. Both factors are tensors of the source.
struct LowRank {
  TensorNumber a;  // rank x inputs
  TensorNumber b;  // outputs x rank
  tensor::DType a_dtype, b_dtype;
  std::size_t rank;  // > 0
  float scale;
  RowOrder rows = {};  // from B's to the matrix's
};

struct TensorShape {
  TensorNumber number;
  tensor::DType dtype;
  std::vector<std::uint64_t> shape;  // outermost first
  std::vector<LowRank> additions;    // of adapters, in the order in which they were applied
};

class WeightSource {
 public:
  virtual ~WeightSource() = default;
  virtual std::optional<TensorShape> find(std::string_view name) const = 0;
  // The tensor's bytes, valid until release() of the same number or the end of the source. A pass
  // asks for tensors in the same order at every step, so a source may read ahead. Errors: kIoError,
  // kCorrupt, kOutOfMemory.
  virtual Result<Bytes> acquire(TensorNumber number) = 0;
  virtual void release(TensorNumber number) noexcept = 0;
};

}  // namespace hartonomous::core::run
