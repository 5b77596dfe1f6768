// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/analysis/decomposition.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/random_number.hpp"

namespace hartonomous::core::analysis {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Matrix> view(const Points& points) {
  return {points.values.data(), static_cast<Eigen::Index>(points.size()),
          static_cast<Eigen::Index>(points.dimensions)};
}

Status check_rank(const Points& points, std::int64_t rank) {
  HARTONOMOUS_CHECK(check(points));
  const std::size_t most = std::min(points.size(), points.dimensions);
  if (rank >= 1 && static_cast<std::size_t>(rank) <= most) return Status::ok();
  return {Code::kInvalidArgument, "the rank must be between 1 and " + std::to_string(most)};
}

std::vector<double> listed(const Matrix& matrix) {
  return {matrix.data(), matrix.data() + matrix.size()};
}

// The first `rank` of a decomposition, with the signs that the header promises.
SingularValues kept(Matrix left, const Eigen::VectorXd& values, Matrix right, Eigen::Index rank) {
  left.conservativeResize(left.rows(), rank);
  right.conservativeResize(rank, right.cols());
  for (Eigen::Index i = 0; i < rank; ++i) {
    Eigen::Index largest = 0;
    right.row(i).cwiseAbs().maxCoeff(&largest);
    if (right(i, largest) >= 0) continue;
    right.row(i) *= -1;
    left.col(i) *= -1;
  }
  return {{values.data(), values.data() + rank}, listed(left), listed(right)};
}

SingularValues decomposed(const Matrix& matrix, Eigen::Index rank) {
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return kept(svd.matrixU(), svd.singularValues(), svd.matrixV().transpose(), rank);
}

Matrix orthonormal(const Matrix& columns) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
  return qr.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
}

// Normally distributed numbers (Box and Muller 1958).
Matrix random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Matrix matrix(rows, columns);
  for (Eigen::Index i = 0; i < matrix.size(); ++i) {
    const auto at = static_cast<std::uint64_t>(i);
    const double radius = std::sqrt(-2 * std::log(1 - random_number(seed, 2 * at)));
    matrix.data()[i] = radius * std::cos(2 * std::numbers::pi * random_number(seed, 2 * at + 1));
  }
  return matrix;
}

}  // namespace

Result<SingularValues> singular_values(const Points& matrix, std::int64_t rank,
                                       Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check_rank(matrix, rank));
  checkpoint.reached(0);
  return decomposed(view(matrix), rank);
}

Result<SingularValues> randomized_singular_values(const Points& matrix, std::int64_t rank,
                                                  std::int64_t iterations, std::uint64_t seed,
                                                  Checkpoint& checkpoint) {
  constexpr Eigen::Index kMore = 10;
  HARTONOMOUS_CHECK(check_rank(matrix, rank));
  if (iterations < 0 || iterations > 100) {
    return Status(Code::kInvalidArgument, "iterations must be between 0 and 100");
  }
  const auto a = view(matrix);
  const Eigen::Index width = std::min({rank + kMore, a.rows(), a.cols()});
  Matrix range = orthonormal(a * random_matrix(a.cols(), width, seed));
  for (std::int64_t i = 0; i < iterations; ++i) {
    checkpoint.reached(0);
    const Matrix back = orthonormal(a.transpose() * range);
    range = orthonormal(a * back);
  }
  checkpoint.reached(0);
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(range.transpose() * a,
                                           Eigen::ComputeThinU | Eigen::ComputeThinV);
  return kept(range * svd.matrixU(), svd.singularValues(), svd.matrixV().transpose(), rank);
}

Result<PrincipalComponents> principal_components(const Points& points, std::int64_t rank,
                                                 Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check_rank(points, rank));
  if (points.size() < 2) return Status(Code::kInvalidArgument, "at least 2 points are needed");
  const auto rows = view(points);
  const Eigen::RowVectorXd mean = rows.colwise().mean();
  const Matrix centered = rows.rowwise() - mean;
  checkpoint.reached(0);
  const SingularValues svd = decomposed(centered, rank);
  const auto freedom = static_cast<double>(points.size() - 1);
  PrincipalComponents result{{mean.data(), mean.data() + mean.size()}, svd.right, {}, 0, svd.left};
  for (const double value : svd.values) result.variances.push_back(value * value / freedom);
  result.total_variance = centered.squaredNorm() / freedom;
  for (std::size_t i = 0; i < result.scores.size(); ++i) {
    result.scores[i] *= svd.values[i % static_cast<std::size_t>(rank)];
  }
  return result;
}

}  // namespace hartonomous::core::analysis
