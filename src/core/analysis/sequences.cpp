// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/analysis/sequences.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace hartonomous::core::analysis {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Status check_pair(const Points& a, const Points& b) {
  HARTONOMOUS_CHECK(check(a));
  HARTONOMOUS_CHECK(check(b));
  if (a.size() == 0 || b.size() == 0) return {Code::kInvalidArgument, "a sequence is empty"};
  if (a.dimensions != b.dimensions) {
    return {Code::kInvalidArgument, "sequences of " + std::to_string(a.dimensions) + " and " +
                                        std::to_string(b.dimensions) + " dimensions"};
  }
  return Status::ok();
}

// Fills the table of alignments row by row: a cell is join(least of its three predecessors, cost).
// `least` takes the cells above, to the left, and between.
template <class Least, class Join>
double align(const Points& a, const Points& b, std::int64_t window, const Least& least,
             const Join& join, Checkpoint& checkpoint) {
  const auto rows = static_cast<std::int64_t>(a.size()),
             columns = static_cast<std::int64_t>(b.size());
  std::vector<double> above(b.size() + 1, kInfinity), row(b.size() + 1, kInfinity);
  above[0] = join(-kInfinity, 0);
  for (std::int64_t i = 1; i <= rows; ++i) {
    const std::int64_t begin = std::max<std::int64_t>(1, i - window);
    const std::int64_t end = std::min(columns, i + window);
    row[static_cast<std::size_t>(begin - 1)] = kInfinity;
    for (std::int64_t j = begin; j <= end; ++j) {
      const auto at = static_cast<std::size_t>(j);
      const double cost =
          distance(a[static_cast<std::size_t>(i - 1)], b[at - 1], Metric::kEuclidean);
      row[at] = join(least(above[at], row[at - 1], above[at - 1]), cost);
    }
    if (end < columns) row[static_cast<std::size_t>(end + 1)] = kInfinity;
    checkpoint.reached(static_cast<std::uint64_t>(end - begin + 1));
    std::swap(above, row);
    row[0] = kInfinity;
    above[0] = kInfinity;
  }
  return above[b.size()];
}

double least_of(double a, double b, double c) { return std::min({a, b, c}); }

// Greatest distance from a point of `a` to the nearest of `b`, if above `known`.
double one_sided(const Points& a, const Points& b, double known, Checkpoint& checkpoint) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    double nearest = kInfinity;
    for (std::size_t j = 0; j < b.size() && nearest > known; ++j) {
      nearest = std::min(nearest, distance(a[i], b[j], Metric::kEuclidean));
    }
    known = std::max(known, nearest);
    checkpoint.reached(b.size());
  }
  return known;
}

}  // namespace

Result<double> dynamic_time_warping(const Points& a, const Points& b,
                                    std::optional<std::int64_t> window, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check_pair(a, b));
  if (window && *window < 0) return Status(Code::kInvalidArgument, "the band must not be negative");
  const auto longest = static_cast<std::int64_t>(std::max(a.size(), b.size()));
  const auto shortest = static_cast<std::int64_t>(std::min(a.size(), b.size()));
  const std::int64_t width = std::max(window.value_or(longest), longest - shortest);
  return align(
      a, b, width, least_of,
      [](double before, double cost) { return (before == -kInfinity ? 0 : before) + cost; },
      checkpoint);
}

Result<double> soft_dynamic_time_warping(const Points& a, const Points& b, double gamma,
                                         Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check_pair(a, b));
  if (!(gamma > 0) || !std::isfinite(gamma)) {
    return Status(Code::kInvalidArgument, "gamma must be above 0");
  }
  const auto soft_least = [gamma](double x, double y, double z) {
    const double least = least_of(x, y, z);
    if (least == kInfinity) return least;
    const double sum = std::exp((least - x) / gamma) + std::exp((least - y) / gamma) +
                       std::exp((least - z) / gamma);
    return least - gamma * std::log(sum);
  };
  return align(
      a, b, static_cast<std::int64_t>(std::max(a.size(), b.size())), soft_least,
      [](double before, double cost) { return (before == -kInfinity ? 0 : before) + cost * cost; },
      checkpoint);
}

Result<double> frechet_distance(const Points& a, const Points& b, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check_pair(a, b));
  return align(
      a, b, static_cast<std::int64_t>(std::max(a.size(), b.size())), least_of,
      [](double before, double cost) { return std::max(before, cost); }, checkpoint);
}

Result<double> hausdorff_distance(const Points& a, const Points& b, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check_pair(a, b));
  return one_sided(b, a, one_sided(a, b, 0, checkpoint), checkpoint);
}

}  // namespace hartonomous::core::analysis
