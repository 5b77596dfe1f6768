// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <Eigen/Dense>

#include "core/analysis/series_checks.hpp"

namespace hartonomous::core::analysis {

Result<Autoregression> autoregression(Series series, std::int64_t order, std::int64_t ahead) {
  if (order < 1 || order > 1024) {
    return Status(Code::kInvalidArgument, "the order must be between 1 and 1024");
  }
  HARTONOMOUS_CHECK(check(series, static_cast<std::size_t>(2 * order + 1)));
  HARTONOMOUS_CHECK(check_ahead(ahead));
  const auto rows = static_cast<Eigen::Index>(series.size()) - order;
  Eigen::MatrixXd lags(rows, order + 1);
  Eigen::VectorXd values(rows);
  for (Eigen::Index row = 0; row < rows; ++row) {
    const auto at = static_cast<std::size_t>(row + order);
    values(row) = series[at];
    lags(row, 0) = 1;
    for (Eigen::Index lag = 1; lag <= order; ++lag) {
      lags(row, lag) = series[at - static_cast<std::size_t>(lag)];
    }
  }
  const Eigen::VectorXd solution = lags.completeOrthogonalDecomposition().solve(values);
  Autoregression result;
  result.intercept = solution(0);
  result.coefficients.assign(solution.data() + 1, solution.data() + solution.size());
  result.variance = (values - lags * solution).squaredNorm() / static_cast<double>(rows);
  std::vector<double> known(series.end() - order, series.end());
  for (std::int64_t step = 0; step < ahead; ++step) {
    double next = result.intercept;
    for (std::size_t lag = 0; lag < result.coefficients.size(); ++lag) {
      next += result.coefficients[lag] * known[known.size() - 1 - lag];
    }
    known.push_back(next);
  }
  result.forecast.assign(known.begin() + order, known.end());
  return result;
}

}  // namespace hartonomous::core::analysis
