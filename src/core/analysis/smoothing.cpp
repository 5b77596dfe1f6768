// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/analysis/series_checks.hpp"

namespace hartonomous::core::analysis {

Result<std::vector<double>> moving_average(Series series, std::int64_t window) {
  HARTONOMOUS_CHECK(check(series, 0));
  if (window < 1) return Status(Code::kInvalidArgument, "the length must be at least 1");
  std::vector<double> means;
  means.reserve(series.size());
  // Kahan's sum, so that what left the window leaves nothing behind.
  double sum = 0, lost = 0;
  const auto add = [&](double value) {
    const double corrected = value - lost, next = sum + corrected;
    lost = (next - sum) - corrected;
    sum = next;
  };
  for (std::size_t i = 0; i < series.size(); ++i) {
    add(series[i]);
    const auto width = static_cast<std::size_t>(window);
    if (i >= width) add(-series[i - width]);
    means.push_back(sum / static_cast<double>(std::min(i + 1, width)));
  }
  return means;
}

Result<Smoothing> exponential_smoothing(Series series, double alpha, double beta,
                                        std::int64_t ahead) {
  HARTONOMOUS_CHECK(check(series, beta > 0 ? 2 : 1));
  if (!(alpha > 0 && alpha <= 1)) {
    return Status(Code::kInvalidArgument, "alpha must be above 0 and at most 1");
  }
  if (!(beta >= 0 && beta <= 1)) {
    return Status(Code::kInvalidArgument, "beta must be between 0 and 1");
  }
  HARTONOMOUS_CHECK(check_ahead(ahead));
  Smoothing result;
  double level = series[0], trend = beta > 0 ? series[1] - series[0] : 0;
  result.fitted.push_back(level);
  for (std::size_t i = 1; i < series.size(); ++i) {
    const double expected = level + trend;
    result.fitted.push_back(expected);
    const double before = level;
    level = alpha * series[i] + (1 - alpha) * expected;
    trend = beta * (level - before) + (1 - beta) * trend;
  }
  for (std::int64_t step = 1; step <= ahead; ++step) {
    result.forecast.push_back(level + static_cast<double>(step) * trend);
  }
  return result;
}

}  // namespace hartonomous::core::analysis
