// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A box in space as ranges of the 4-D Hilbert curve: the bridge from "within this box" to a B-tree
// on keys. The ranges cover the box and some of its surroundings, the less the more of them are
// allowed; rows found must be checked against the box itself. About 100 us for 64 ranges.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/space/hilbert.hpp"

namespace hartonomous::core::space {

// All keys from `low` to `high`, both included.
struct CurveRange {
  HilbertKey low, high;

  bool operator==(const CurveRange&) const = default;
};

// Cells from `low` to `high` on each axis, both included.
struct CellBox {
  Cell4 low, high;
};

// At most `max_ranges` ranges, ascending, disjoint and not touching, that together hold the key of
// every cell in `box`; empty if low > high on any axis. `levels` is the curve's order: coordinates
// below 2^levels. The checkpoint counts cells looked at.
// REQUIRES: max_ranges >= 1, 1 <= levels <= 32.
std::vector<CurveRange> curve_ranges(const CellBox& box, std::size_t max_ranges,
                                     Checkpoint& checkpoint, unsigned levels = 32);

}  // namespace hartonomous::core::space
