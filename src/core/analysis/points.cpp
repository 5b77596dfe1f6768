// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/analysis/points.hpp"

#include <cmath>

namespace hartonomous::core::analysis {

Status check(const Points& points) {
  if (points.size() >= (1ULL << 31)) return {Code::kLimitExceeded, "too many points"};
  for (std::size_t i = 0; i < points.values.size(); ++i) {
    if (std::isfinite(points.values[i])) continue;
    return Status(Code::kInvalidArgument,
                  "row " + std::to_string(i / points.dimensions + 1) + " is not finite")
        .with_hint("Leave out rows with NaN or infinite values.");
  }
  return Status::ok();
}

Result<Metric> metric_named(std::string_view name) {
  if (name == "euclidean") return Metric::kEuclidean;
  if (name == "manhattan") return Metric::kManhattan;
  if (name == "cosine") return Metric::kCosine;
  return Status(Code::kInvalidArgument, "unknown metric " + quoted(name))
      .with_hint("Use euclidean, manhattan or cosine.");
}

double distance(std::span<const double> a, std::span<const double> b, Metric metric) noexcept {
  double sum = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double apart = a[i] - b[i];
    switch (metric) {
      case Metric::kEuclidean:
        sum += apart * apart;
        break;
      case Metric::kManhattan:
        sum += std::abs(apart);
        break;
      case Metric::kCosine:
        sum += a[i] * b[i];
        of_a += a[i] * a[i];
        of_b += b[i] * b[i];
    }
  }
  if (metric == Metric::kEuclidean) return std::sqrt(sum);
  return metric == Metric::kManhattan ? sum : 1 - sum / std::sqrt(of_a * of_b);
}

}  // namespace hartonomous::core::analysis
