// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <utility>

#include "core/analysis/neighbor_index.hpp"
#include "core/analysis/outliers.hpp"

namespace hartonomous::core::analysis {
namespace {

// Keeps densities of repeated points finite, as scikit-learn does.
constexpr double kLeast = 1e-10;

}  // namespace

Result<std::vector<double>> local_outlier_factors(const Points& points, std::int64_t k,
                                                  Metric metric, Checkpoint& checkpoint) {
  if (k < 1 || std::cmp_greater_equal(k, points.size())) {
    return Status(Code::kInvalidArgument, "k must be at least 1 and below the number of points, " +
                                              std::to_string(points.size()));
  }
  HARTONOMOUS_TRY(const NeighborIndex index, NeighborIndex::build(points, metric));
  const auto count = static_cast<std::size_t>(k);
  std::vector<Neighbor> neighbors;  // count of each point
  neighbors.reserve(points.size() * count);
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    checkpoint.reached(0);
    std::vector<Neighbor> near = index.nearest(points[i], count + 1);
    const auto self = std::ranges::find(near, i, &Neighbor::index);
    near.erase(self == near.end() ? near.end() - 1 : self);
    neighbors.insert(neighbors.end(), near.begin(), near.end());
  }
  const auto of = [&](std::size_t i) { return std::span(neighbors).subspan(i * count, count); };
  std::vector<double> density(points.size()), factors(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    double sum = 0;
    for (const Neighbor& n : of(i)) sum += std::max(n.distance, of(n.index).back().distance);
    density[i] = 1 / (sum / static_cast<double>(count) + kLeast);
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    double sum = 0;
    for (const Neighbor& n : of(i)) sum += density[n.index];
    factors[i] = sum / static_cast<double>(count) / density[i];
  }
  return factors;
}

}  // namespace hartonomous::core::analysis
