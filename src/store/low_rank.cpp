// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/low_rank.hpp"

#include "pg/boundary.hpp"
#include "store/tensor_values.hpp"

namespace hartonomous::store {

namespace {

// The outer factors: A and B, or V and U.
const TensorKey& inner_factor(const TensorStep& step) {
  return step.parameters.operation == Operation::kSvd ? step.operands.back()
                                                      : step.operands.front();
}
const TensorKey& outer_factor(const TensorStep& step) {
  return step.parameters.operation == Operation::kSvd ? step.operands.front()
                                                      : step.operands.back();
}

bool fits(const TensorKey& tensor, const TensorStep& step) {
  const bool is_svd = step.parameters.operation == Operation::kSvd;
  if (step.operands.size() != (is_svd ? 3U : 2U)) return false;
  const auto &a = inner_factor(step).shape, &b = outer_factor(step).shape, &w = tensor.shape;
  if (a.size() != 2 || b.size() != 2 || w.size() != 2) return false;
  if (is_svd && step.operands[1].shape != std::vector{a[0]}) return false;
  return a[1] == w[1] && b[0] == w[0] && a[0] == b[1] && step.parameters.rows.fits(w[0]);
}

}  // namespace

LowRankTerm::LowRankTerm(const TensorKey& tensor, const TensorStep& step) {
  if (!fits(tensor, step)) {
    pg::raise({core::Code::kCorrupt, "factors of an expression do not fit their tensor"});
  }
  a_ = read_values(inner_factor(step));
  b_ = read_values(outer_factor(step));
  rank_ = inner_factor(step).shape.front();
  inputs_ = tensor.shape.back();
  scale_ = step.parameters.scale;
  to_b_ = step.parameters.rows.inverse();
  if (step.parameters.operation != Operation::kSvd) return;
  scale_ = 1;
  const std::vector<float> s = read_values(step.operands[1]);
  for (std::size_t i = 0; i < b_.size(); ++i) b_[i] *= s[i % rank_];
}

void LowRankTerm::add(std::uint64_t first, std::span<float> values) const noexcept {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t row = to_b_.place((first + i) / inputs_);
    const std::size_t column = (first + i) % inputs_;
    float sum = 0;
    for (std::size_t r = 0; r < rank_; ++r) {
      sum += b_[row * rank_ + r] * a_[r * inputs_ + column];
    }
    values[i] += scale_ * sum;
  }
}

}  // namespace hartonomous::store
