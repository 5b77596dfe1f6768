// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Distances of sequences and properties of series, beside recursions and sums written out.
#include "random_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analysis/sequences.hpp"
#include "core/analysis/series.hpp"

using namespace hartonomous;
using namespace hartonomous::core::analysis;
using test::random_values;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The recursions as they are printed, on the whole table.
template <class Join>
double table(const Points& a, const Points& b, std::int64_t window, const Join& join) {
  const std::size_t n = a.size(), m = b.size();
  std::vector<std::vector<double>> cell(n + 1, std::vector<double>(m + 1, kInfinity));
  cell[0][0] = 0;
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t j = 1; j <= m; ++j) {
      if (std::abs(static_cast<std::int64_t>(i) - static_cast<std::int64_t>(j)) > window) continue;
      cell[i][j] = join(cell[i - 1][j], cell[i][j - 1], cell[i - 1][j - 1],
                        distance(a[i - 1], b[j - 1], Metric::kEuclidean));
    }
  }
  return cell[n][m];
}

double deviation(Series part) {
  double mean = 0, sum = 0;
  for (const double value : part) mean += value / static_cast<double>(part.size());
  for (const double value : part) sum += (value - mean) * (value - mean);
  return sum;
}

// The least cost over all divisions, and its first changes, by trying every last change.
double best_division(Series series, double penalty, std::size_t least) {
  std::vector<double> best(series.size() + 1, kInfinity);
  best[0] = -penalty;
  for (std::size_t end = least; end <= series.size(); ++end) {
    for (std::size_t begin = 0; begin + least <= end; ++begin) {
      best[end] = std::min(best[end],
                           best[begin] + penalty + deviation(series.subspan(begin, end - begin)));
    }
  }
  return best[series.size()];
}

}  // namespace

TEST_CASE("warping and curve distances follow their recursions", "[analysis]") {
  std::mt19937 random(6);
  core::NoCheckpoint checkpoint;
  for (int round = 0; round < 60; ++round) {
    const std::size_t dimensions = 1 + random() % 3;
    const auto first = random_values(random, dimensions * (1 + random() % 20), round % 2);
    const auto second = random_values(random, dimensions * (1 + random() % 20), round % 2);
    const Points a{first, dimensions}, b{second, dimensions};
    const std::int64_t apart =
        std::abs(static_cast<std::int64_t>(a.size()) - static_cast<std::int64_t>(b.size()));
    const std::int64_t window = apart + static_cast<std::int64_t>(random() % 5);
    const auto sum = [](double x, double y, double z, double d) { return std::min({x, y, z}) + d; };
    CHECK(dynamic_time_warping(a, b, std::nullopt, checkpoint).value() ==
          Approx(table(a, b, 99, sum)));
    CHECK(dynamic_time_warping(a, b, window, checkpoint).value() ==
          Approx(table(a, b, window, sum)));
    const auto leash = [](double x, double y, double z, double d) {
      return std::max(std::min({x, y, z}), d);
    };
    CHECK(frechet_distance(a, b, checkpoint).value() == table(a, b, 99, leash));
    const double gamma = 3;
    const auto soft = [&](double x, double y, double z, double d) {
      return d * d -
             gamma * std::log(std::exp(-x / gamma) + std::exp(-y / gamma) + std::exp(-z / gamma));
    };
    CHECK(soft_dynamic_time_warping(a, b, gamma, checkpoint).value() ==
          Approx(table(a, b, 99, soft)).margin(1e-9));
    double hausdorff = 0;
    for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
      for (std::size_t i = 0; i < from.size(); ++i) {
        double nearest = kInfinity;
        for (std::size_t j = 0; j < to.size(); ++j) {
          nearest = std::min(nearest, distance(from[i], to[j], Metric::kEuclidean));
        }
        hausdorff = std::max(hausdorff, nearest);
      }
    }
    CHECK(hausdorff_distance(a, b, checkpoint).value() == hausdorff);
  }
  const std::vector<double> one{1}, pair{1, 2};
  CHECK_FALSE(frechet_distance({one, 1}, {{}, 1}, checkpoint).is_ok());
  CHECK_FALSE(frechet_distance({one, 1}, {pair, 2}, checkpoint).is_ok());
  CHECK_FALSE(dynamic_time_warping({one, 1}, {one, 1}, -1, checkpoint).is_ok());
  CHECK_FALSE(soft_dynamic_time_warping({one, 1}, {one, 1}, 0, checkpoint).is_ok());
}

TEST_CASE("smoothing by hand", "[analysis]") {
  const std::vector<double> series{3, 5, 9, 20};
  CHECK(moving_average(series, 2).value() == std::vector<double>{3, 4, 7, 14.5});
  CHECK(moving_average(series, 99).value().back() == 9.25);
  const auto simple = exponential_smoothing(series, 0.5, 0, 2);
  CHECK(simple.value().fitted == std::vector<double>{3, 3, 4, 6.5});
  CHECK(simple.value().forecast == std::vector<double>{13.25, 13.25});
  const std::vector<double> line{1, 3, 5, 7};
  CHECK(exponential_smoothing(line, 0.3, 0.7, 2).value().forecast.back() == Approx(11));
  CHECK_FALSE(exponential_smoothing(series, 0, 0, 1).is_ok());
  CHECK_FALSE(moving_average(series, 0).is_ok());
}

TEST_CASE("an autoregression finds the recurrence that made a series", "[analysis]") {
  std::vector<double> series{1, 2, -1};
  for (int i = 0; i < 40; ++i) {
    const std::size_t n = series.size();
    series.push_back(0.5 + 0.6 * series[n - 1] - 0.3 * series[n - 2] + 0.2 * series[n - 3]);
  }
  const std::span<const double> known(series.data(), 30);
  const auto found = autoregression(known, 3, 5);
  REQUIRE(found.is_ok());
  CHECK(found.value().intercept == Approx(0.5));
  CHECK(found.value().coefficients[0] == Approx(0.6));
  CHECK(found.value().coefficients[2] == Approx(0.2));
  CHECK(found.value().variance == Approx(0).margin(1e-12));
  for (std::size_t i = 0; i < 5; ++i) CHECK(found.value().forecast[i] == Approx(series[30 + i]));
  const std::vector<double> constant(20, 4.0);
  CHECK(autoregression(constant, 2, 1).value().forecast[0] == Approx(4));
  CHECK_FALSE(autoregression(constant, 10, 1).is_ok());
}

TEST_CASE("change points divide as cheaply as any division", "[analysis]") {
  std::mt19937 random(7);
  core::NoCheckpoint checkpoint;
  for (int round = 0; round < 60; ++round) {
    std::vector<double> series = random_values(random, 5 + random() % 50);
    for (std::size_t i = series.size() / 3; i < 2 * series.size() / 3; ++i) series[i] += 3;
    const double penalty = 0.1 * static_cast<double>(round % 20);
    const std::size_t least = 1 + random() % 4;
    const auto changes =
        change_points(series, penalty, static_cast<std::int64_t>(least), checkpoint);
    REQUIRE(changes.is_ok());
    double cost = 0;
    std::size_t begin = 0;
    std::vector<std::int64_t> ends = changes.value();
    ends.push_back(static_cast<std::int64_t>(series.size()));
    for (const std::int64_t end : ends) {
      const auto length = static_cast<std::size_t>(end) - begin;
      if (ends.size() > 1) CHECK(length >= least);
      cost += deviation(std::span(series).subspan(begin, length));
      begin = static_cast<std::size_t>(end);
    }
    cost += penalty * static_cast<double>(changes.value().size());
    if (series.size() >= 2 * least) {
      CHECK(cost == Approx(best_division(series, penalty, least)).margin(1e-9));
    }
  }
}

TEST_CASE("a matrix profile is the nearest stretch by its definition", "[analysis]") {
  std::mt19937 random(8);
  core::NoCheckpoint checkpoint;
  for (const bool on_grid : {false, true}) {
    const auto series = random_values(random, 80, on_grid);
    const std::size_t length = 8, count = series.size() - length + 1;
    const auto shape = [&](std::size_t at) {
      const std::span<const double> stretch(series.data() + at, length);
      double mean = 0;
      for (const double value : stretch) mean += value / length;
      const double scale = std::sqrt(deviation(stretch) / length);
      std::vector<double> result;
      for (const double value : stretch) result.push_back((value - mean) / scale);
      return result;
    };
    const auto profile = matrix_profile(series, length, checkpoint);
    REQUIRE(profile.is_ok());
    for (std::size_t i = 0; i < count; ++i) {
      double nearest = kInfinity;
      for (std::size_t j = 0; j < count; ++j) {
        if ((i > j ? i - j : j - i) < length / 2) continue;
        nearest = std::min(nearest, distance(shape(i), shape(j), Metric::kEuclidean));
      }
      CHECK(profile.value().distances[i] == Approx(nearest).margin(1e-6));
    }
  }
  const std::vector<double> flat(20, 3.0);
  CHECK(matrix_profile(flat, 5, checkpoint).value().distances[0] == 0);
  CHECK_FALSE(matrix_profile(flat, 11, checkpoint).is_ok());
}
