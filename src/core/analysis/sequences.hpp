// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How far apart two sequences of points are: with time bent (dynamic time warping: Sakoe and Chiba
// 1978; its smooth form: Cuturi and Blondel 2017), as curves (discrete Frechet: Eiter and Mannila
// 1994), and as sets (Hausdorff). The points are compared by Euclidean distance.
#pragma once

#include <cstdint>
#include <optional>

#include "core/analysis/points.hpp"
#include "core/base/checkpoint.hpp"

namespace hartonomous::core::analysis {

// All: kInvalidArgument for sequences that are empty or of different dimensions, and as check().
// O(n m dimensions), memory for a row; the window makes it O(max(n, m) window dimensions).

// Least sum of distances over all alignments that step forward in either or both. `window`: how
// many places apart aligned points may be, at least |n - m|.
Result<double> dynamic_time_warping(const Points& a, const Points& b,
                                    std::optional<std::int64_t> window, Checkpoint& checkpoint);

// The same with the soft minimum -gamma log sum exp(-x / gamma) of sums of squared distances; can
// be below 0. kInvalidArgument unless gamma > 0.
Result<double> soft_dynamic_time_warping(const Points& a, const Points& b, double gamma,
                                         Checkpoint& checkpoint);

// Least over all such alignments of the greatest distance: the leash that two walkers need.
Result<double> frechet_distance(const Points& a, const Points& b, Checkpoint& checkpoint);

// The greatest distance from a point of either to the nearest of the other. O(n m) at worst.
Result<double> hausdorff_distance(const Points& a, const Points& b, Checkpoint& checkpoint);

}  // namespace hartonomous::core::analysis
