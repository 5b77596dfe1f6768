// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The nearest of many points, by a k-d tree (nanoflann). Exact: of points equally far those that
// come first are taken. Good up to some 20 dimensions; above, a tree looks at nearly everything.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/analysis/points.hpp"

namespace hartonomous::core::analysis {

struct Neighbor {
  std::uint32_t index;
  double distance;
};

class NeighborIndex {
 public:
  // O(n log n); 4 bytes a point, and a copy of the points for kCosine, which otherwise must outlive
  // the index. kInvalidArgument as check(), and for a point at the origin with kCosine.
  static Result<NeighborIndex> build(const Points& points, Metric metric);
  NeighborIndex(NeighborIndex&&) noexcept;
  ~NeighborIndex();

  // The k nearest, nearest first; all if there are fewer. About O(k log n).
  // REQUIRES: a query of the points' dimensions, finite, and not zero with kCosine.
  std::vector<Neighbor> nearest(std::span<const double> query, std::size_t k) const;
  // All at most `radius` away, in the points' order.
  std::vector<Neighbor> within(std::span<const double> query, double radius) const;

  struct Tree;

 private:
  explicit NeighborIndex(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

}  // namespace hartonomous::core::analysis
