// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <limits>

#include "core/analysis/series_checks.hpp"

namespace hartonomous::core::analysis {
namespace {

// Mean and deviation of every stretch.
struct Stretches {
  std::vector<double> means, deviations;

  Stretches(Series series, std::size_t length) {
    const auto width = static_cast<double>(length);
    for (std::size_t at = 0; at + length <= series.size(); ++at) {
      const Series stretch = series.subspan(at, length);
      double mean = 0, square = 0;
      for (const double value : stretch) mean += value / width;
      for (const double value : stretch) square += (value - mean) * (value - mean);
      const auto [low, high] = std::ranges::minmax(stretch);
      means.push_back(mean);
      deviations.push_back(low == high ? 0 : std::sqrt(square / width));
    }
  }
};

void keep(MatrixProfile& profile, std::size_t at, std::size_t other, double distance) {
  if (distance > profile.distances[at] ||
      (distance == profile.distances[at] &&
       profile.places[at] <= static_cast<std::int64_t>(other))) {
    return;
  }
  profile.distances[at] = distance;
  profile.places[at] = static_cast<std::int64_t>(other);
}

}  // namespace

Result<MatrixProfile> matrix_profile(Series series, std::int64_t length, Checkpoint& checkpoint) {
  if (length < 3) return Status(Code::kInvalidArgument, "the length must be at least 3");
  HARTONOMOUS_CHECK(check(series, 2 * static_cast<std::size_t>(length)));
  const auto width = static_cast<std::size_t>(length);
  const auto scale = static_cast<double>(length);
  const std::size_t count = series.size() - width + 1;
  const Stretches stretches(series, width);
  MatrixProfile profile{std::vector<double>(count, std::numeric_limits<double>::infinity()),
                        std::vector<std::int64_t>(count, -1)};
  // Diagonal by diagonal: a dot product follows from the one before.
  for (std::size_t apart = (width + 1) / 2; apart < count; ++apart) {
    double dot = 0;
    for (std::size_t i = 0; i < width; ++i) dot += series[i] * series[apart + i];
    for (std::size_t at = 0; at + apart < count; ++at) {
      const std::size_t other = at + apart;
      if (at > 0) {
        dot +=
            series[at + width - 1] * series[other + width - 1] - series[at - 1] * series[other - 1];
      }
      const double a = stretches.deviations[at], b = stretches.deviations[other];
      double square = a == b ? 0 : scale;
      if (a > 0 && b > 0) {
        const double correlation =
            (dot - scale * stretches.means[at] * stretches.means[other]) / (scale * a * b);
        square = 2 * scale * (1 - std::min(correlation, 1.0));
      }
      const double distance = std::sqrt(square);
      keep(profile, at, other, distance);
      keep(profile, other, at, distance);
    }
    checkpoint.reached(count - apart);
  }
  return profile;
}

}  // namespace hartonomous::core::analysis
