// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Convex hulls, Delaunay triangulations and Voronoi regions of points in 2 to 4 dimensions, by
// Qhull (Barber, Dobkin and Huhdanpaa 1996).
#pragma once

#include <cstdint>
#include <vector>

#include "core/analysis/points.hpp"

namespace hartonomous::core::analysis {

// All: kInvalidArgument as check(), for dimensions other than 2, 3 and 4, and for points that lie
// in fewer dimensions than they have (all on a line, in a plane), or fewer than dimensions + 1.

struct Hull {
  std::size_t dimensions = 0;
  std::vector<std::uint32_t> vertices;  // ascending
  std::vector<std::uint32_t>
      facets;                   // `dimensions` points each: simplices that make up the surface
  std::vector<double> planes;   // dimensions + 1 numbers each: normal . x + offset <= 0 inside
  double volume = 0, area = 0;  // in 2 dimensions area and perimeter

  // Inside or on the surface, with that much to spare: a multiple of the coordinates' size.
  bool contains(std::span<const double> point) const noexcept;
  double scale = 0;  // the largest coordinate
};
Result<Hull> convex_hull(const Points& points);

// dimensions + 1 points each, ascending in themselves and among each other.
Result<std::vector<std::uint32_t>> delaunay(const Points& points);

struct Voronoi {
  std::vector<double> vertices;  // `dimensions` numbers each
  // Of each point, which of them its region has, ascending; of an unbounded region those there are.
  std::vector<std::vector<std::uint32_t>> regions;
  std::vector<bool> is_bounded;
};
Result<Voronoi> voronoi(const Points& points);

// Weights, all >= 0, summing to 1, that make `point` of the corners of the simplex it lies in:
// dimensions + 1 numbers, negative ones if it lies outside. kInvalidArgument if the corners span no
// volume.
Result<std::vector<double>> barycentric(const Points& corners, std::span<const double> point);

}  // namespace hartonomous::core::analysis
