// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Groups of points: by density (DBSCAN: Ester et al. 1996), around centres (k-means: Lloyd 1982,
// seeded by k-means++: Arthur and Vassilvitskii 2007).
#pragma once

#include <cstdint>
#include <vector>

#include "core/analysis/points.hpp"
#include "core/base/checkpoint.hpp"

namespace hartonomous::core::analysis {

inline constexpr std::int32_t kNoise = -1;

// The cluster of each point, numbered from 0 in the order of their first core points; kNoise for
// points in none. A point is core if `min_points` lie within `radius` of it, itself included; a
// point near several clusters' cores belongs to the first of them. O(n log n) in few dimensions.
// kInvalidArgument for a radius that is not finite and >= 0, min_points < 1.
Result<std::vector<std::int32_t>> dbscan(const Points& points, double radius,
                                         std::int64_t min_points, Metric metric,
                                         Checkpoint& checkpoint);

struct Centers {
  std::vector<double> values;        // k rows
  std::vector<std::int32_t> labels;  // the nearest centre of each point, the first of equal ones
  double inertia = 0;                // sum of squared distances to it
  int iterations = 0;
};

// kInvalidArgument unless 1 <= k <= n. Ends when no point changes its centre. A centre that loses
// all points moves to the point farthest from its own. O(n k dimensions) an iteration.
Result<Centers> k_means(const Points& points, std::int64_t k, std::uint64_t seed,
                        int max_iterations, Checkpoint& checkpoint);

}  // namespace hartonomous::core::analysis
