// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An order for boxes anywhere in space in which neighbours stay together: the Hilbert key of the
// box's centre. It exists to build spatial indexes sorted, and is not stored, so it may place
// coordinates of any size: within [-1, 1], where atoms live, evenly on 2^24 cells an axis; beyond,
// on the piecewise linear logarithm, up to the largest float.
#pragma once

#include <cstdint>
#include <span>

#include "core/space/hilbert.hpp"

namespace hartonomous::core::space {

// A monotone map of all doubles onto 32-bit cells; NaN counts as 0.
std::uint32_t squash_coordinate(double c) noexcept;

// `bounds` holds min, max of each axis in turn, as many axes as there are, at most 4 used; axes
// that are missing count as 0. About 30 ns.
HilbertKey box_key(std::span<const float> bounds) noexcept;

}  // namespace hartonomous::core::space
