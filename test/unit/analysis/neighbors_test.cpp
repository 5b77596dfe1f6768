// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Neighbours and what is built on them, beside definitions carried out literally.
#include "random_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/analysis/clusters.hpp"
#include "core/analysis/neighbor_index.hpp"
#include "core/analysis/outliers.hpp"

using namespace hartonomous;
using namespace hartonomous::core::analysis;
using test::random_values;

namespace {

std::vector<Neighbor> by_distance(const Points& points, std::span<const double> query,
                                  Metric metric) {
  std::vector<Neighbor> all;
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    all.push_back({i, distance(points[i], query, metric)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Neighbor& a, const Neighbor& b) { return a.distance < b.distance; });
  return all;
}

// Clusters by the definition: connected core points, and the first cluster near each other point.
std::vector<std::int32_t> dbscan_by_definition(const Points& points, double radius,
                                               std::size_t min_points) {
  const std::size_t n = points.size();
  const auto near = [&](std::size_t a, std::size_t b) {
    return distance(points[a], points[b], Metric::kEuclidean) <= radius;
  };
  std::vector<bool> is_core(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t count = 0;
    for (std::size_t j = 0; j < n; ++j) count += near(i, j);
    is_core[i] = count >= min_points;
  }
  std::vector<std::int32_t> labels(n, kNoise);
  std::int32_t clusters = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (!is_core[i] || labels[i] != kNoise) continue;
    labels[i] = clusters;
    for (bool grew = true; grew;) {
      grew = false;
      for (std::size_t a = 0; a < n; ++a) {
        if (!is_core[a] || labels[a] != clusters) continue;
        for (std::size_t b = 0; b < n; ++b) {
          if (is_core[b] && labels[b] == kNoise && near(a, b)) labels[b] = clusters, grew = true;
        }
      }
    }
    ++clusters;
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n && !is_core[i]; ++j) {
      if (!is_core[j] || !near(i, j)) continue;
      if (labels[i] == kNoise || labels[j] < labels[i]) labels[i] = labels[j];
    }
  }
  return labels;
}

}  // namespace

TEST_CASE("the tree finds the nearest, of equally far ones the first", "[analysis]") {
  std::mt19937 random(1);
  for (const Metric metric : {Metric::kEuclidean, Metric::kManhattan, Metric::kCosine}) {
    for (const std::size_t dimensions : {1, 2, 3, 4, 7}) {
      for (const bool on_grid : {false, true}) {
        // Square roots on the unit sphere make near ties of what are ties: no grid for cosines.
        if (metric == Metric::kCosine && (on_grid || dimensions == 1)) continue;
        const auto values = random_values(random, 300 * dimensions, on_grid);
        const Points points{values, dimensions};
        const auto index = NeighborIndex::build(points, metric);
        REQUIRE(index.is_ok());
        for (int round = 0; round < 20; ++round) {
          const auto query = random_values(random, dimensions, on_grid);
          const auto expected = by_distance(points, query, metric);
          const std::size_t k = random() % 40;
          const auto found = index.value().nearest(query, k);
          REQUIRE(found.size() == k);
          for (std::size_t i = 0; i < k; ++i) {
            CHECK(found[i].index == expected[i].index);
            CHECK(found[i].distance == Approx(expected[i].distance).margin(1e-12));
          }
          const double radius = (expected[50].distance + expected[51].distance) / 2;
          const auto within = index.value().within(query, radius);
          CHECK(within.size() == static_cast<std::size_t>(std::count_if(
                                     expected.begin(), expected.end(),
                                     [&](const Neighbor& n) { return n.distance <= radius; })));
        }
      }
    }
  }
}

TEST_CASE("few, equal and unusable points", "[analysis]") {
  const std::vector<double> same(12, 0.5);
  const auto index = NeighborIndex::build({same, 3}, Metric::kEuclidean);
  REQUIRE(index.is_ok());
  CHECK(index.value().nearest(std::vector<double>{0, 0, 0}, 9).size() == 4);
  CHECK(index.value().within(std::vector<double>{0.5, 0.5, 0.5}, 0).size() == 4);
  CHECK(NeighborIndex::build({{}, 3}, Metric::kEuclidean).is_ok());
  const std::vector<double> bad{1, std::nan("")}, zero{1, 0, 0, 0};
  CHECK(NeighborIndex::build({bad, 1}, Metric::kEuclidean).status().code() ==
        core::Code::kInvalidArgument);
  CHECK(NeighborIndex::build({zero, 2}, Metric::kCosine).status().code() ==
        core::Code::kInvalidArgument);
}

TEST_CASE("DBSCAN does what its definition says", "[analysis]") {
  std::mt19937 random(2);
  core::NoCheckpoint checkpoint;
  for (int round = 0; round < 40; ++round) {
    const bool on_grid = round % 2 == 0;
    const auto values = random_values(random, 2 * 120, on_grid);
    const Points points{values, 2};
    const double radius = on_grid ? 1 : 0.05 + 0.01 * round;
    const std::int64_t least = 1 + round % 7;
    const auto labels = dbscan(points, radius, least, Metric::kEuclidean, checkpoint);
    REQUIRE(labels.is_ok());
    CHECK(labels.value() == dbscan_by_definition(points, radius, static_cast<std::size_t>(least)));
  }
  CHECK_FALSE(dbscan({{}, 2}, -1, 3, Metric::kEuclidean, checkpoint).is_ok());
  CHECK(dbscan({{}, 2}, 1, 3, Metric::kEuclidean, checkpoint).value().empty());
}

TEST_CASE("k-means ends where each point has the nearest centre, each centre its points' mean",
          "[analysis]") {
  std::mt19937 random(3);
  core::NoCheckpoint checkpoint;
  for (int round = 0; round < 20; ++round) {
    const auto values = random_values(random, 3 * 200, round % 4 == 0);
    const Points points{values, 3};
    const std::size_t k = 1 + random() % 12;
    const auto found = k_means(points, static_cast<std::int64_t>(k), round, 1000, checkpoint);
    REQUIRE(found.is_ok());
    const Centers& centers = found.value();
    REQUIRE(centers.iterations < 1000);
    const Points rows{centers.values, 3};
    std::vector<double> sums(3 * k);
    std::vector<int> counts(k);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto nearest = by_distance(rows, points[i], Metric::kEuclidean)[0];
      const auto label = static_cast<std::size_t>(centers.labels[i]);
      CHECK(distance(points[i], rows[label], Metric::kEuclidean) ==
            Approx(nearest.distance).margin(1e-12));
      ++counts[label];
      for (std::size_t d = 0; d < 3; ++d) sums[3 * label + d] += points[i][d];
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (counts[i / 3] > 0)
        CHECK(sums[i] / counts[i / 3] == Approx(centers.values[i]).margin(1e-12));
    }
    CHECK(k_means(points, static_cast<std::int64_t>(k), round, 1000, checkpoint).value().labels ==
          centers.labels);
  }
  const std::vector<double> same(10, 2.0);
  CHECK(k_means({same, 1}, 4, 0, 10, checkpoint).value().inertia == 0);
  CHECK_FALSE(k_means({same, 1}, 11, 0, 10, checkpoint).is_ok());
  CHECK_FALSE(k_means({same, 1}, 0, 0, 10, checkpoint).is_ok());
}

TEST_CASE("local outlier factors follow their definition", "[analysis]") {
  std::mt19937 random(4);
  core::NoCheckpoint checkpoint;
  const auto values = random_values(random, 2 * 150);
  const Points points{values, 2};
  const std::size_t k = 7, n = points.size();
  std::vector<std::vector<Neighbor>> near(n);
  for (std::size_t i = 0; i < n; ++i) {
    auto all = by_distance(points, points[i], Metric::kEuclidean);
    std::erase_if(all, [&](const Neighbor& x) { return x.index == i; });
    near[i].assign(all.begin(), all.begin() + k);
  }
  std::vector<double> density(n);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (const Neighbor& x : near[i]) sum += std::max(x.distance, near[x.index].back().distance);
    density[i] = static_cast<double>(k) / sum;
  }
  const auto factors = local_outlier_factors(points, k, Metric::kEuclidean, checkpoint);
  REQUIRE(factors.is_ok());
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (const Neighbor& x : near[i]) sum += density[x.index] / density[i];
    CHECK(factors.value()[i] == Approx(sum / static_cast<double>(k)).epsilon(1e-6));
  }
  const std::vector<double> same(20, 1.0);
  const auto equal = local_outlier_factors({same, 2}, 3, Metric::kEuclidean, checkpoint);
  for (const double factor : equal.value()) CHECK(factor == Approx(1));
  CHECK_FALSE(local_outlier_factors({same, 2}, 10, Metric::kEuclidean, checkpoint).is_ok());
}

TEST_CASE("an isolation forest sets apart what stands apart", "[analysis]") {
  std::mt19937 random(5);
  core::NoCheckpoint checkpoint;
  auto values = random_values(random, 2 * 500);
  values.insert(values.end(), {9, 9, -8, 7});
  const Points points{values, 2};
  const auto scores = isolation_scores(points, {}, checkpoint);
  REQUIRE(scores.is_ok());
  for (std::size_t i = 0; i < 500; ++i) {
    CHECK(scores.value()[i] < scores.value()[500]);
    CHECK(scores.value()[i] < scores.value()[501]);
    CHECK(scores.value()[i] > 0);
  }
  CHECK(scores.value()[500] < 1);
  CHECK(isolation_scores(points, {}, checkpoint).value() == scores.value());
  CHECK(isolation_scores(points, {100, 256, 1}, checkpoint).value() != scores.value());
  const std::vector<double> same(20, 1.0);
  const auto equal = isolation_scores({same, 2}, {}, checkpoint);
  for (const double score : equal.value()) CHECK(score == Approx(0.5));
}
