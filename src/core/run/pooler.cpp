// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/pooler.hpp"

#include <algorithm>
#include <cmath>

namespace hartonomous::core::run {

void Pooler::add(std::span<const float> vector) noexcept {
  const bool is_first = count_++ == 0;
  if (pooling_ == Pooling::kFirst && !is_first) return;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (pooling_ == Pooling::kMean) {
      sum_[i] += vector[i];
    } else if (is_first || pooling_ != Pooling::kMax) {
      sum_[i] = vector[i];
    } else {
      sum_[i] = std::max<double>(sum_[i], vector[i]);
    }
  }
}

std::vector<float> Pooler::vector(bool normalizes) const {
  double scale = pooling_ == Pooling::kMean && count_ > 0 ? 1 / static_cast<double>(count_) : 1;
  if (normalizes) {
    double squares = 0;
    for (const double x : sum_) squares += x * x;
    if (squares > 0) scale = 1 / std::sqrt(squares);
  }
  std::vector<float> out;
  out.reserve(sum_.size());
  for (const double x : sum_) out.push_back(static_cast<float>(x * scale));
  return out;
}

}  // namespace hartonomous::core::run
