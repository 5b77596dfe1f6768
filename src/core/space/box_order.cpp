// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/space/box_order.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hartonomous::core::space {

// The bit pattern of a positive double, seen as a number, is a piecewise linear logarithm: it
// grows by 2^52 per doubling, with slope 1 just above 1.0, where the linear part hands over.
// 1 + log2(FLT_MAX) < 129, so a range of [-256, 256) holds everything and puts -1, 0 and 1 on the
// borders of coarse cells.
std::uint32_t squash_coordinate(double c) noexcept {
  constexpr double kCellsPerUnit = 0x1p23;  // 2^32 cells over [-256, 256)
  constexpr double kMost = 255;
  const double size = std::abs(c);
  double squashed = c;
  if (size > 1) {
    const std::uint64_t beyond_one = std::bit_cast<std::uint64_t>(size) - 0x3ff0000000000000;
    squashed = std::copysign(std::min(kMost, 1 + static_cast<double>(beyond_one) * 0x1p-52), c);
  }
  if (!(size >= 0)) squashed = 0;
  return static_cast<std::uint32_t>(
      static_cast<std::int64_t>(std::floor(squashed * kCellsPerUnit)) + (std::int64_t{1} << 31));
}

HilbertKey box_key(std::span<const float> bounds) noexcept {
  Cell4 cell;
  cell.fill(squash_coordinate(0));
  for (std::size_t axis = 0; axis < cell.size() && 2 * axis + 1 < bounds.size(); ++axis) {
    const double centre = (double{bounds[2 * axis]} + double{bounds[2 * axis + 1]}) / 2;
    cell[axis] = squash_coordinate(centre);
  }
  return hilbert_encode(cell);
}

}  // namespace hartonomous::core::space
