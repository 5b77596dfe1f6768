// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Points of the cube [-1, 1]^4 onto the grid of 2^32 cells a side on which Hilbert keys are made.
// A cell holds floor(c 2^31) + 2^31, exactly, for each coordinate c; the value 1.0, which would be
// one past the last cell, belongs to the last. (Rounding instead would make the two outer cells
// half as wide as the others.)
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "core/base/result.hpp"
#include "core/space/point.hpp"

namespace hartonomous::core::space {

// Cell numbers along x, y, z, m.
using Cell4 = std::array<std::uint32_t, 4>;

// False for NaN and infinity too.
inline bool in_unit_cube(const Point4& p) noexcept {
  const auto fits = [](double c) { return c >= -1 && c <= 1; };
  return fits(p.x) && fits(p.y) && fits(p.z) && fits(p.m);
}

// REQUIRES: -1 <= c <= 1.
inline std::uint32_t quantize_coordinate(double c) noexcept {
  if (c >= 1) return 0xffffffff;
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(std::floor(c * 0x1p31)) +
                                    (std::int64_t{1} << 31));
}

// REQUIRES: in_unit_cube(p).
inline Cell4 cell_of(const Point4& p) noexcept {
  return {quantize_coordinate(p.x), quantize_coordinate(p.y), quantize_coordinate(p.z),
          quantize_coordinate(p.m)};
}

// kOutOfRange for a point outside the cube, NaN and infinity included.
Result<Cell4> quantize(const Point4& p);

// The centre of a cell, exact in double; quantize() gives the cell back.
inline Point4 centre_of(const Cell4& cell) noexcept {
  const auto centre = [](std::uint32_t c) { return (c + 0.5) * 0x1p-31 - 1; };
  return {centre(cell[0]), centre(cell[1]), centre(cell[2]), centre(cell[3])};
}

}  // namespace hartonomous::core::space
