// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tensor/difference.hpp"

#include <algorithm>
#include <cmath>

namespace hartonomous::core::tensor {

void Difference::add(std::span<const float> a, std::span<const float> b) noexcept {
  for (std::size_t i = 0; i < a.size(); ++i, ++count_) {
    const bool are_same = a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]));
    if (!are_same) ++changed_;
    if (!std::isfinite(a[i]) || !std::isfinite(b[i])) {
      ++nonfinite_;
      continue;
    }
    if (are_same) continue;
    const double d = static_cast<double>(b[i]) - static_cast<double>(a[i]);
    squares_[count_ % kLanes] += d * d;
    max_ = std::max(max_, std::abs(d));
  }
}

DifferenceSummary Difference::summary() const noexcept {
  const auto& s = squares_;
  const double sum = ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
  return {count_, changed_, nonfinite_, std::sqrt(sum), max_};
}

// By the law of cosines, d^2 = a^2 + b^2 - 2ab cos, written so that nothing of size cancels.
double cosine(double a, double b, double d) noexcept {
  if (a == 0 && b == 0) return 1;
  if (a == 0 || b == 0) return 0;
  const double c = a - b;
  return std::clamp(1 - (d - c) * (d + c) / (2 * a * b), -1.0, 1.0);
}

}  // namespace hartonomous::core::tensor
