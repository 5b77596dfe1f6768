// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <cmath>
#include <utility>

#include "core/analysis/clusters.hpp"
#include "core/analysis/neighbor_index.hpp"

namespace hartonomous::core::analysis {

Result<std::vector<std::int32_t>> dbscan(const Points& points, double radius,
                                         std::int64_t min_points, Metric metric,
                                         Checkpoint& checkpoint) {
  constexpr std::int32_t kUnseen = -2;
  if (!(radius >= 0) || !std::isfinite(radius)) {
    return Status(Code::kInvalidArgument, "the radius must be finite and not negative");
  }
  if (min_points < 1) return Status(Code::kInvalidArgument, "min_points must be at least 1");
  HARTONOMOUS_TRY(const NeighborIndex index, NeighborIndex::build(points, metric));
  std::vector<std::int32_t> labels(points.size(), kUnseen);
  std::vector<std::uint32_t> waiting;
  std::int32_t clusters = 0;
  // Labels what is near a core point; false if the point is none.
  const auto spread = [&](std::uint32_t point, std::int32_t cluster) {
    checkpoint.reached(0);
    const std::vector<Neighbor> near = index.within(points[point], radius);
    if (std::cmp_less(near.size(), min_points)) return false;
    labels[point] = cluster;
    for (const Neighbor& neighbor : near) {
      std::int32_t& label = labels[neighbor.index];
      if (label == kUnseen) waiting.push_back(neighbor.index);
      if (label < 0) label = cluster;
    }
    return true;
  };
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    if (labels[i] != kUnseen) continue;
    if (!spread(i, clusters)) {
      labels[i] = kNoise;
      continue;
    }
    while (!waiting.empty()) {
      const std::uint32_t next = waiting.back();
      waiting.pop_back();
      spread(next, clusters);
    }
    ++clusters;
  }
  return labels;
}

}  // namespace hartonomous::core::analysis
