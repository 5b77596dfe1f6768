// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Series of numbers at equal steps of time: smoothing, autoregression, changes and repetitions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::analysis {

// All: kInvalidArgument for values that are not finite and for a series too short for the task.
using Series = std::span<const double>;

// The mean of each value and the `window` - 1 before it, of those there are at the beginning.
// window >= 1. O(n).
Result<std::vector<double>> moving_average(Series series, std::int64_t window);

// Holt's (1957) linear smoothing; with beta 0 simple exponential smoothing, which has no trend.
struct Smoothing {
  std::vector<double>
      fitted;  // what each value was expected to be from those before; the first is its own
  std::vector<double> forecast;  // `ahead` values that follow
};
// 0 < alpha <= 1, 0 <= beta <= 1, ahead >= 0. O(n).
Result<Smoothing> exponential_smoothing(Series series, double alpha, double beta,
                                        std::int64_t ahead);

// x[t] = intercept + sum over i of coefficients[i] x[t - 1 - i] + error, by least squares.
struct Autoregression {
  double intercept = 0;
  std::vector<double> coefficients;
  double variance = 0;           // of the error: mean of squares
  std::vector<double> forecast;  // `ahead` values that follow
};
// 1 <= order <= n / 2. Of several solutions (a constant series) the smallest. O(n order^2).
Result<Autoregression> autoregression(Series series, std::int64_t order, std::int64_t ahead);

// Where the mean changes: the first place of every part but the first, in the division into parts
// with the least sum of squared deviations from their means plus `penalty` for each change (PELT:
// Killick, Fearnhead and Eckley 2012). Parts have at least `least` values. penalty >= 0. O(n) to
// O(n^2).
Result<std::vector<std::int64_t>> change_points(Series series, double penalty, std::int64_t least,
                                                Checkpoint& checkpoint);

// For each stretch of `length` values the one most like it in shape (Euclidean distance of the
// stretches brought to mean 0 and deviation 1) that does not overlap it by half or more: the matrix
// profile (Yeh et al. 2016; computed as in SCRIMP, Zhu et al. 2018). A motif is where it is least,
// a discord where most.
struct MatrixProfile {
  std::vector<double> distances;     // infinity where nothing is far enough away
  std::vector<std::int64_t> places;  // -1 there
};
// 3 <= length <= n / 2. Two constant stretches are 0 apart, one and another sqrt(length). O(n^2).
Result<MatrixProfile> matrix_profile(Series series, std::int64_t length, Checkpoint& checkpoint);

}  // namespace hartonomous::core::analysis
