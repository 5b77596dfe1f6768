// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <limits>

#include "core/analysis/series_checks.hpp"

namespace hartonomous::core::analysis {
namespace {

// Sums of squared deviations of any stretch from its mean, in O(1).
class Deviations {
 public:
  explicit Deviations(Series series) : sums_(series.size() + 1), squares_(series.size() + 1) {
    double mean = 0;
    for (const double value : series) mean += value / static_cast<double>(series.size());
    for (std::size_t i = 0; i < series.size(); ++i) {  // about the mean, to lose fewer digits
      const double value = series[i] - mean;
      sums_[i + 1] = sums_[i] + value;
      squares_[i + 1] = squares_[i] + value * value;
    }
  }
  double of(std::size_t begin, std::size_t end) const {
    const double sum = sums_[end] - sums_[begin];
    return std::max(0.0,
                    squares_[end] - squares_[begin] - sum * sum / static_cast<double>(end - begin));
  }

 private:
  std::vector<double> sums_, squares_;
};

}  // namespace

Result<std::vector<std::int64_t>> change_points(Series series, double penalty, std::int64_t least,
                                                Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check(series, 0));
  if (!(penalty >= 0)) return Status(Code::kInvalidArgument, "the penalty must not be negative");
  if (least < 1) return Status(Code::kInvalidArgument, "parts must have at least 1 value");
  const std::size_t size = series.size(), shortest = static_cast<std::size_t>(least);
  if (size < 2 * shortest) return std::vector<std::int64_t>();
  const Deviations deviations(series);
  std::vector<double> best(size + 1, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> last(size + 1), candidates{0};
  best[0] = -penalty;
  for (std::size_t end = shortest; end <= size; ++end) {
    if (end % 256 == 0) checkpoint.reached(256);
    for (const std::size_t begin : candidates) {
      const double cost = best[begin] + deviations.of(begin, end) + penalty;
      if (cost >= best[end]) continue;
      best[end] = cost;
      last[end] = begin;
    }
    std::erase_if(candidates, [&](std::size_t begin) {
      return best[begin] + deviations.of(begin, end) > best[end];
    });
    if (end + 1 >= 2 * shortest) candidates.push_back(end + 1 - shortest);
  }
  std::vector<std::int64_t> changes;
  for (std::size_t at = last[size]; at > 0; at = last[at]) {
    changes.push_back(static_cast<std::int64_t>(at));
  }
  std::ranges::reverse(changes);
  return changes;
}

}  // namespace hartonomous::core::analysis
