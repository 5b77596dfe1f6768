// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How unlike the others a point is: by the density around it (LOF: Breunig et al. 2000), and by how
// few random cuts set it apart (isolation forest: Liu, Ting and Zhou 2008).
#pragma once

#include <cstdint>
#include <vector>

#include "core/analysis/points.hpp"
#include "core/base/checkpoint.hpp"

namespace hartonomous::core::analysis {

// The local outlier factor of each point: about 1 inside a cluster, more outside. Among points that
// all lie in one place it is 1. O(n log n) in few dimensions. kInvalidArgument unless 1 <= k < n.
Result<std::vector<double>> local_outlier_factors(const Points& points, std::int64_t k,
                                                  Metric metric, Checkpoint& checkpoint);

struct IsolationOptions {
  std::int64_t trees = 100;
  std::int64_t sample = 256;  // points a tree is grown from; all if there are fewer
  std::uint64_t seed = 0;
};

// The anomaly score of each point, in (0, 1): 0.5 is usual, near 1 stands apart. Depends on the
// seed, not on anything else. O(trees (sample + n) log sample). kInvalidArgument for trees < 1,
// sample < 2.
Result<std::vector<double>> isolation_scores(const Points& points, const IsolationOptions& options,
                                             Checkpoint& checkpoint);

}  // namespace hartonomous::core::analysis
