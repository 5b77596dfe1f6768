// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <limits>
#include <utility>

#include "core/analysis/clusters.hpp"
#include "core/base/random_number.hpp"

namespace hartonomous::core::analysis {
namespace {

double squared(std::span<const double> a, std::span<const double> b) noexcept {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

// k-means++: each next centre is a point, drawn by its squared distance from those before.
std::vector<double> seeds(const Points& points, std::size_t k, std::uint64_t seed,
                          Checkpoint& checkpoint) {
  std::vector<double> nearest(points.size(), std::numeric_limits<double>::infinity());
  std::vector<double> centers;
  auto next = static_cast<std::size_t>(random_number(seed, 0) * static_cast<double>(points.size()));
  for (std::size_t made = 0;; ++made) {
    const auto chosen = points[next];
    centers.insert(centers.end(), chosen.begin(), chosen.end());
    if (made + 1 == k) return centers;
    double total = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      nearest[i] = std::min(nearest[i], squared(points[i], chosen));
      total += nearest[i];
    }
    checkpoint.reached(0);
    double left = random_number(seed, made + 1) * total;
    next = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (nearest[i] == 0) continue;
      next = i;
      if ((left -= nearest[i]) < 0) break;
    }
  }
}

// Gives each point its nearest centre; whether any changed. `far` becomes each one's squared
// distance.
bool assign(const Points& points, Centers& centers, std::vector<double>& far,
            Checkpoint& checkpoint) {
  const Points rows{centers.values, points.dimensions};
  bool changed = false;
  centers.inertia = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::int32_t best = 0;
    far[i] = squared(points[i], rows[0]);
    for (std::size_t c = 1; c < rows.size(); ++c) {
      const double distance = squared(points[i], rows[c]);
      if (distance >= far[i]) continue;
      far[i] = distance;
      best = static_cast<std::int32_t>(c);
    }
    changed |= std::exchange(centers.labels[i], best) != best;
    centers.inertia += far[i];
    checkpoint.reached(0);
  }
  return changed;
}

void move_centers(const Points& points, Centers& centers, std::vector<double>& far) {
  const std::size_t dimensions = points.dimensions;
  std::vector<double> sums(centers.values.size());
  std::vector<std::uint64_t> counts(centers.values.size() / dimensions);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto label = static_cast<std::size_t>(centers.labels[i]);
    ++counts[label];
    for (std::size_t d = 0; d < dimensions; ++d) sums[label * dimensions + d] += points[i][d];
  }
  for (std::size_t c = 0; c < counts.size(); ++c) {
    double* const center = &centers.values[c * dimensions];
    if (counts[c] > 0) {
      for (std::size_t d = 0; d < dimensions; ++d) {
        center[d] = sums[c * dimensions + d] / static_cast<double>(counts[c]);
      }
      continue;
    }
    const auto farthest = static_cast<std::size_t>(std::ranges::max_element(far) - far.begin());
    std::ranges::copy(points[farthest], center);
    far[farthest] = 0;
  }
}

}  // namespace

Result<Centers> k_means(const Points& points, std::int64_t k, std::uint64_t seed,
                        int max_iterations, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check(points));
  if (k < 1 || std::cmp_greater(k, points.size())) {
    return Status(Code::kInvalidArgument,
                  "k must be between 1 and the number of points, " + std::to_string(points.size()));
  }
  Centers centers;
  centers.values = seeds(points, static_cast<std::size_t>(k), seed, checkpoint);
  centers.labels.assign(points.size(), -1);
  std::vector<double> far(points.size());
  while (assign(points, centers, far, checkpoint) && centers.iterations < max_iterations) {
    move_centers(points, centers, far);
    ++centers.iterations;
  }
  return centers;
}

}  // namespace hartonomous::core::analysis
