// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A point of the 4-D space in which atoms are placed; the axes are PostGIS's X, Y, Z, M.
#pragma once

#include <span>
#include <type_traits>

namespace hartonomous::core::space {

struct Point4 {
  double x, y, z, m;

  bool operator==(const Point4&) const = default;
};

// The coordinates of `points`, x y z m of each in turn, as one array; valid as long as `points`.
inline std::span<const double> coordinates(std::span<const Point4> points) noexcept {
  static_assert(sizeof(Point4) == 4 * sizeof(double) && std::is_standard_layout_v<Point4>);
  return {reinterpret_cast<const double*>(points.data()), points.size() * 4};
}

}  // namespace hartonomous::core::space
