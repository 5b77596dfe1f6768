// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Decompositions, hulls and equations by the properties that define them.
#include "random_points.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/analysis/decomposition.hpp"
#include "core/analysis/equations.hpp"
#include "core/analysis/hull.hpp"

using namespace hartonomous;
using namespace hartonomous::core::analysis;
using test::random_values;

namespace {

// U diag(values) V^T, element by element.
double rebuilt(const SingularValues& svd, std::size_t columns, std::size_t row,
               std::size_t column) {
  double sum = 0;
  const std::size_t rank = svd.values.size();
  for (std::size_t i = 0; i < rank; ++i) {
    sum += svd.left[row * rank + i] * svd.values[i] * svd.right[i * columns + column];
  }
  return sum;
}

double determinant(const Points& points, std::span<const std::uint32_t> corners) {
  const std::size_t n = points.dimensions;
  std::vector<std::vector<double>> m(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t d = 0; d < n; ++d) m[i][d] = points[corners[i + 1]][d] - points[corners[0]][d];
  }
  double result = 1;
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = i;
    for (std::size_t r = i; r < n; ++r)
      if (std::abs(m[r][i]) > std::abs(m[pivot][i])) pivot = r;
    if (m[pivot][i] == 0) return 0;
    if (pivot != i) std::swap(m[pivot], m[i]), result = -result;
    result *= m[i][i];
    for (std::size_t r = i + 1; r < n; ++r) {
      const double factor = m[r][i] / m[i][i];
      for (std::size_t c = i; c < n; ++c) m[r][c] -= factor * m[i][c];
    }
  }
  return result;
}

}  // namespace

TEST_CASE("singular values rebuild their matrix", "[analysis]") {
  std::mt19937 random(9);
  core::NoCheckpoint checkpoint;
  for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{9, 5}, {5, 9}, {6, 6}}) {
    const auto values = random_values(random, rows * columns);
    const Points matrix{values, columns};
    const auto rank = static_cast<std::int64_t>(std::min(rows, columns));
    const auto exact = singular_values(matrix, rank, checkpoint);
    const auto randomized = randomized_singular_values(matrix, rank, 3, 1, checkpoint);
    REQUIRE(exact.is_ok());
    REQUIRE(randomized.is_ok());
    for (std::size_t i = 0; i < values.size(); ++i) {
      CHECK(rebuilt(exact.value(), columns, i / columns, i % columns) ==
            Approx(values[i]).margin(1e-12));
      CHECK(rebuilt(randomized.value(), columns, i / columns, i % columns) ==
            Approx(values[i]).margin(1e-9));
    }
    CHECK(std::is_sorted(exact.value().values.rbegin(), exact.value().values.rend()));
    CHECK_FALSE(singular_values(matrix, rank + 1, checkpoint).is_ok());
  }
}

TEST_CASE("principal components order variance", "[analysis]") {
  std::mt19937 random(10);
  core::NoCheckpoint checkpoint;
  auto values = random_values(random, 3 * 200);
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] *= 10, values[i + 2] *= 0.1;
  const auto found = principal_components({values, 3}, 3, checkpoint);
  REQUIRE(found.is_ok());
  const PrincipalComponents& pca = found.value();
  CHECK(pca.variances[0] + pca.variances[1] + pca.variances[2] == Approx(pca.total_variance));
  CHECK(pca.components[0] == Approx(1).epsilon(0.01));
  double variance = 0;
  for (std::size_t i = 0; i < 200; ++i) variance += pca.scores[3 * i] * pca.scores[3 * i] / 199;
  CHECK(variance == Approx(pca.variances[0]));
}

TEST_CASE("hulls hold their points, triangulations fill them", "[analysis]") {
  std::mt19937 random(11);
  for (std::size_t dimensions = 2; dimensions <= 4; ++dimensions) {
    const auto values = random_values(random, dimensions * 100);
    const Points points{values, dimensions};
    const auto hull = convex_hull(points);
    REQUIRE(hull.is_ok());
    for (std::size_t i = 0; i < points.size(); ++i) CHECK(hull.value().contains(points[i]));
    CHECK_FALSE(hull.value().contains(std::vector<double>(dimensions, 1.5)));
    const auto simplices = delaunay(points);
    REQUIRE(simplices.is_ok());
    double volume = 0;
    double factorial = 1;
    for (std::size_t i = 2; i <= dimensions; ++i) factorial *= static_cast<double>(i);
    for (std::size_t at = 0; at < simplices.value().size(); at += dimensions + 1) {
      const std::span corners(simplices.value().data() + at, dimensions + 1);
      volume += std::abs(determinant(points, corners)) / factorial;
    }
    CHECK(volume == Approx(hull.value().volume));
    const auto diagram = voronoi(points);
    REQUIRE(diagram.is_ok());
    // A vertex is equally far from the points whose regions have it, and no point is nearer.
    for (std::uint32_t v = 0; v < diagram.value().vertices.size() / dimensions; ++v) {
      const std::span<const double> vertex(&diagram.value().vertices[v * dimensions], dimensions);
      double nearest = 1e300;
      for (std::size_t i = 0; i < points.size(); ++i) {
        nearest = std::min(nearest, distance(points[i], vertex, Metric::kEuclidean));
      }
      for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& region = diagram.value().regions[i];
        if (std::binary_search(region.begin(), region.end(), v)) {
          CHECK(distance(points[i], vertex, Metric::kEuclidean) == Approx(nearest).epsilon(1e-6));
        }
      }
    }
  }
}

TEST_CASE("points in too few dimensions have no hull", "[analysis]") {
  std::vector<double> line, few{0, 0, 1, 1};
  for (int i = 0; i < 10; ++i) line.insert(line.end(), {i * 1.0, i * 2.0, i * -1.0});
  CHECK(convex_hull({line, 3}).status().code() == core::Code::kInvalidArgument);
  CHECK(delaunay({line, 3}).status().code() == core::Code::kInvalidArgument);
  CHECK(convex_hull({few, 2}).status().code() == core::Code::kInvalidArgument);
  const std::vector<double> same(30, 1.0);
  CHECK(voronoi({same, 3}).status().code() == core::Code::kInvalidArgument);
  const std::vector<double> flat{0, 0, 1, 1, 2, 2};
  CHECK_FALSE(barycentric({flat, 2}, std::vector<double>{1, 0}).is_ok());
}

TEST_CASE("barycentric weights make the point", "[analysis]") {
  const std::vector<double> corners{0, 0, 4, 0, 0, 4};
  const auto weights = barycentric({corners, 2}, std::vector<double>{1, 2});
  CHECK(weights.value() == std::vector<double>{0.25, 0.25, 0.5});
  CHECK(barycentric({corners, 2}, std::vector<double>{5, 5}).value()[0] < 0);
}

TEST_CASE("integrators have the order they claim", "[analysis]") {
  core::NoCheckpoint checkpoint;
  const Derivative turning = [](double, const std::vector<double>& y) {
    return core::Result<std::vector<double>>(std::vector<double>{-y[1], y[0]});
  };
  const auto error = [&](Integrator method, double step) {
    const auto states = integrate(turning, method, 0, {1, 0}, 1, step, 1e-9, 100000, checkpoint);
    REQUIRE(states.is_ok());
    CHECK(states.value().back().t == 1);
    const auto& y = states.value().back().y;
    return std::hypot(y[0] - std::cos(1), y[1] - std::sin(1));
  };
  CHECK(error(Integrator::kEuler, 0.01) / error(Integrator::kEuler, 0.005) ==
        Approx(2).epsilon(0.05));
  CHECK(error(Integrator::kMidpoint, 0.01) / error(Integrator::kMidpoint, 0.005) ==
        Approx(4).epsilon(0.05));
  CHECK(error(Integrator::kRungeKutta, 0.1) / error(Integrator::kRungeKutta, 0.05) ==
        Approx(16).epsilon(0.1));
  CHECK(error(Integrator::kAdaptive, 0.1) < 1e-7);
  const auto back = integrate(turning, Integrator::kRungeKutta, 1, {std::cos(1), std::sin(1)}, 0,
                              0.01, 1e-9, 1000, checkpoint);
  CHECK(back.value().back().y[0] == Approx(1));
  CHECK(integrate(turning, Integrator::kEuler, 0, {1, 0}, 1, 0.01, 1e-9, 5, checkpoint)
            .status()
            .code() == core::Code::kLimitExceeded);
  CHECK_FALSE(integrate(turning, Integrator::kEuler, 0, {1, 0}, 1, 0, 1e-9, 5, checkpoint).is_ok());
}

TEST_CASE("roots and minima", "[analysis]") {
  core::NoCheckpoint checkpoint;
  const Function square = [](double x) { return core::Result<double>(x * x - 2); };
  CHECK(newton(square, std::nullopt, 1, 1e-12, 50).value().x == Approx(std::numbers::sqrt2));
  CHECK(newton(square, std::nullopt, 1, 1e-12, 50).value().converged);
  const Function positive = [](double x) { return core::Result<double>(x * x + 1); };
  CHECK_FALSE(newton(positive, std::nullopt, 3, 1e-12, 50).value().converged);
  CHECK(bisection(square, 0, 2, 1e-12, 100).value().x == Approx(std::numbers::sqrt2));
  CHECK(bisection(positive, -1, 1, 1e-12, 100).status().code() == core::Code::kInvalidArgument);
  const Objective bowl = [](const std::vector<double>& x) {
    return core::Result<double>((x[0] - 1) * (x[0] - 1) + 4 * (x[1] + 2) * (x[1] + 2));
  };
  const auto found =
      gradient_descent(bowl, std::nullopt, {5, 5}, {0.02, 0.8, 1e-8, 5000}, checkpoint);
  REQUIRE(found.is_ok());
  CHECK(found.value().converged);
  CHECK(found.value().x[0] == Approx(1).margin(1e-5));
  CHECK(found.value().x[1] == Approx(-2).margin(1e-5));
  CHECK(gradient_descent(bowl, std::nullopt, {5, 5}, {1e9, 0.8, 1e-8, 5000}, checkpoint)
            .status()
            .code() == core::Code::kOutOfRange);
}
