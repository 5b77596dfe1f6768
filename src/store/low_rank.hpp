// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Low-rank additions to a matrix: steps lora and svd of an expression, factors in memory.
#pragma once

#include "store/model_catalog.hpp"

namespace hartonomous::store {

class LowRankTerm {
 public:
  // `tensor` is the matrix. kCorrupt unless the factors fit it. REQUIRES: owner's rights; a step
  // lora or svd.
  LowRankTerm(const TensorKey& tensor, const TensorStep& step);

  // Adds to `values`, which are the elements of the tensor from `first` on in row-major order:
  // scale * (sum over the rank, in ascending order, of b * a), each product, sum and addition
  // rounded to single precision. That is what a merge stores, bit for bit. Of an svd the scale is
  // 1, and b is U's element times S's.
  void add(std::uint64_t first, std::span<float> values) const noexcept;

 private:
  std::vector<float> a_, b_;
  std::size_t rank_, inputs_;
  float scale_;
  core::run::RowOrder to_b_;  // from the tensor's rows to b's
};

}  // namespace hartonomous::store
