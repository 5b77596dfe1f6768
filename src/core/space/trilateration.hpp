// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where something is, from how far it is from known places (landmarks). Subtracting the mean of
// the equations |l_i - x|^2 = d_i^2 from each leaves linear ones,
//
//   2 (l_i - mean l) . (x - mean l) = (|c_i|^2 - d_i^2) - mean(|c|^2 - d^2),   c_i = l_i - mean l,
//
// solved here in the least-squares sense. What a distance owes to directions outside the
// landmarks' span is the same in every equation and cancels, so for distances measured in a larger
// space the answer is an orthogonal projection (landmark multidimensional scaling).
//
// Distances are chords. Of unit vectors with cosine similarity s that is sqrt(2 - 2 s), and not
// 1 - s, which is half its square. Only + - * / and sqrt are used: the same bits everywhere.
//
// Source: de Silva and Tenenbaum, "Sparse multidimensional scaling using landmark points", 2004.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/space/point.hpp"

namespace hartonomous::core::space {

// Least and greatest stretch of the landmark set may differ by this factor at most: beyond it
// they lie nearly in a plane, and small errors in distances would move the answer far.
inline constexpr double kMaxLandmarkCondition = 1e3;

// The point at `distances` from `landmarks`. kInvalidArgument if there are fewer than five
// landmarks, if they lie (nearly) in a 3-D subspace, if the counts differ, or if a coordinate or
// distance is not finite or a distance is negative. O(landmarks).
Result<Point4> trilaterate(std::span<const Point4> landmarks, std::span<const double> distances);

// The same as one linear map: for vectors whose distances to the landmarks' own vectors are known
// only through the vectors, trilateration is x = matrix * vector + offset. Applying it costs four
// dot products, however many landmarks there are.
struct LandmarkProjection {
  std::size_t dimension = 0;                  // of the vectors
  std::array<std::vector<double>, 4> matrix;  // one row of `dimension` numbers per axis
  Point4 offset{};

  // REQUIRES: vector.size() == dimension.
  Point4 apply(std::span<const double> vector) const noexcept;
};

// `positions[i]` is where landmark i sits in space and row i of `vectors`, `dimension` numbers,
// its vector. Errors as above. O(landmarks * dimension).
Result<LandmarkProjection> landmark_projection(std::span<const Point4> positions,
                                               std::span<const double> vectors,
                                               std::size_t dimension);

}  // namespace hartonomous::core::space
