// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The least-squares problems here have four columns and are solved through the singular value
// decomposition by one-sided Jacobi rotations (Hestenes): columns are turned pairwise until all
// are orthogonal. It is as accurate as such things get, needs no square of the matrix, and yields
// the ratio of singular values that tells a good landmark set from a flat one.
#include "core/space/trilateration.hpp"

#include <algorithm>
#include <cmath>

namespace hartonomous::core::space {

namespace {

constexpr std::size_t kAxes = 4;
constexpr std::size_t kLeastLandmarks = kAxes + 1;
using Row = std::array<double, kAxes>;

Row row_of(const Point4& p) noexcept { return {p.x, p.y, p.z, p.m}; }

double square(double v) noexcept { return v * v; }
double squared_norm(const Row& r) noexcept {
  return square(r[0]) + square(r[1]) + square(r[2]) + square(r[3]);
}

// The pseudo-inverse of the landmarks' positions about their mean.
class CentredLandmarks {
 public:
  static Result<CentredLandmarks> make(std::span<const Point4> landmarks);

  const Row& mean() const noexcept { return mean_; }
  double squared_radius(std::size_t i) const noexcept { return squared_norm(centred_[i]); }

  // The y for which centred . y = right is nearest to true.
  Row solve(std::span<const double> right) const noexcept {
    Row y{};
    for (std::size_t k = 0; k < kAxes; ++k) {
      double along = 0;
      for (std::size_t i = 0; i < right.size(); ++i) along += turned_[i][k] * right[i];
      along /= squared_length_[k];
      for (std::size_t axis = 0; axis < kAxes; ++axis) y[axis] += rotation_[axis][k] * along;
    }
    return y;
  }

 private:
  void decompose();
  bool rotate(std::size_t p, std::size_t q);

  Row mean_{};
  std::vector<Row> centred_;
  std::vector<Row> turned_;  // centred_ * rotation_, its columns orthogonal
  std::array<Row, kAxes> rotation_{};
  Row squared_length_{};  // of turned_'s columns: the squared singular values
};

// Makes columns p and q orthogonal; false if they already are to working precision.
bool CentredLandmarks::rotate(std::size_t p, std::size_t q) {
  constexpr double kOrthogonal = 1e-15;
  double pp = 0, qq = 0, pq = 0;
  for (const Row& r : turned_) {
    pp += r[p] * r[p];
    qq += r[q] * r[q];
    pq += r[p] * r[q];
  }
  if (std::abs(pq) <= kOrthogonal * std::sqrt(pp * qq)) return false;
  const double zeta = (qq - pp) / (2 * pq);
  const double tangent = std::copysign(1 / (std::abs(zeta) + std::sqrt(1 + zeta * zeta)), zeta);
  const double cosine = 1 / std::sqrt(1 + tangent * tangent);
  const double sine = cosine * tangent;
  const auto turn = [&](Row& r) {
    const double a = r[p], b = r[q];
    r[p] = cosine * a - sine * b;
    r[q] = sine * a + cosine * b;
  };
  for (Row& r : turned_) turn(r);
  for (Row& r : rotation_) turn(r);
  return true;
}

void CentredLandmarks::decompose() {
  constexpr int kMostSweeps = 60;  // it converges in five or six
  turned_ = centred_;
  for (std::size_t axis = 0; axis < kAxes; ++axis) rotation_[axis][axis] = 1;
  bool turning = true;
  for (int sweep = 0; turning && sweep < kMostSweeps; ++sweep) {
    turning = false;
    for (std::size_t p = 0; p + 1 < kAxes; ++p) {
      for (std::size_t q = p + 1; q < kAxes; ++q) turning |= rotate(p, q);
    }
  }
  for (const Row& r : turned_) {
    for (std::size_t k = 0; k < kAxes; ++k) squared_length_[k] += square(r[k]);
  }
}

Result<CentredLandmarks> CentredLandmarks::make(std::span<const Point4> landmarks) {
  if (landmarks.size() < kLeastLandmarks) {
    return Status(Code::kInvalidArgument,
                  "at least 5 landmarks are needed, there are " + std::to_string(landmarks.size()));
  }
  CentredLandmarks set;
  const double count = static_cast<double>(landmarks.size());
  for (const Point4& p : landmarks) {
    for (std::size_t axis = 0; axis < kAxes; ++axis) set.mean_[axis] += row_of(p)[axis] / count;
  }
  for (const Point4& p : landmarks) {
    Row centred = row_of(p);
    for (std::size_t axis = 0; axis < kAxes; ++axis) centred[axis] -= set.mean_[axis];
    if (!std::isfinite(squared_norm(centred))) {
      return Status(Code::kInvalidArgument, "landmark coordinates must be finite");
    }
    set.centred_.push_back(centred);
  }
  set.decompose();
  const auto [least, most] = std::ranges::minmax(set.squared_length_);
  if (!(least * square(kMaxLandmarkCondition) >= most) || !(least > 0) || !std::isfinite(most)) {
    return Status(Code::kInvalidArgument, "landmarks do not span the four dimensions of space")
        .with_detail("They are duplicates, or lie on or near a line, a plane or a 3-D subspace.")
        .with_hint("Choose landmarks that spread in all of x, y, z and m.");
  }
  return set;
}

Point4 at(const Row& mean, const Row& y) noexcept {
  return {mean[0] + y[0], mean[1] + y[1], mean[2] + y[2], mean[3] + y[3]};
}

void subtract_mean(std::span<double> values) noexcept {
  double mean = 0;
  for (const double v : values) mean += v / static_cast<double>(values.size());
  for (double& v : values) v -= mean;
}

}  // namespace

Result<Point4> trilaterate(std::span<const Point4> landmarks, std::span<const double> distances) {
  if (landmarks.size() != distances.size()) {
    return Status(Code::kInvalidArgument, std::to_string(landmarks.size()) + " landmarks but " +
                                              std::to_string(distances.size()) + " distances");
  }
  for (const double d : distances) {
    if (!(d >= 0) || !std::isfinite(d * d)) {
      return Status(Code::kInvalidArgument, "distances must be finite and not negative");
    }
  }
  HARTONOMOUS_TRY(const CentredLandmarks set, CentredLandmarks::make(landmarks));
  std::vector<double> right(landmarks.size());
  for (std::size_t i = 0; i < right.size(); ++i) {
    right[i] = (set.squared_radius(i) - square(distances[i])) / 2;
  }
  subtract_mean(right);
  return at(set.mean(), set.solve(right));
}

Point4 LandmarkProjection::apply(std::span<const double> vector) const noexcept {
  Row y = row_of(offset);
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    for (std::size_t k = 0; k < vector.size(); ++k) y[axis] += matrix[axis][k] * vector[k];
  }
  return {y[0], y[1], y[2], y[3]};
}

Result<LandmarkProjection> landmark_projection(std::span<const Point4> positions,
                                               std::span<const double> vectors,
                                               std::size_t dimension) {
  if (vectors.size() != positions.size() * dimension) {
    return Status(Code::kInvalidArgument, "landmark vectors must all have the same dimension");
  }
  HARTONOMOUS_TRY(const CentredLandmarks set, CentredLandmarks::make(positions));
  LandmarkProjection projection;
  projection.dimension = dimension;
  std::vector<double> right(positions.size());
  // With d_i^2 = |q|^2 - 2 v_i . q + |v_i|^2 the right side is linear in q: column k of the matrix
  // is the solution for the landmarks' k-th components, the offset that for the constants.
  for (std::size_t k = 0; k < dimension; ++k) {
    for (std::size_t i = 0; i < right.size(); ++i) right[i] = vectors[i * dimension + k];
    subtract_mean(right);
    const Row column = set.solve(right);
    for (std::size_t axis = 0; axis < kAxes; ++axis)
      projection.matrix[axis].push_back(column[axis]);
  }
  for (std::size_t i = 0; i < right.size(); ++i) {
    double squared = 0;
    for (const double v : vectors.subspan(i * dimension, dimension)) squared += square(v);
    right[i] = (set.squared_radius(i) - squared) / 2;
  }
  if (!std::ranges::all_of(right, [](double v) { return std::isfinite(v); })) {
    return Status(Code::kInvalidArgument, "landmark vectors must be finite");
  }
  subtract_mean(right);
  projection.offset = at(set.mean(), set.solve(right));
  return projection;
}

}  // namespace hartonomous::core::space
