// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/space/trilateration.hpp"

using namespace hartonomous::core;
using space::Point4;

namespace {

double distance(const Point4& a, const Point4& b) {
  return std::hypot(std::hypot(a.x - b.x, a.y - b.y), std::hypot(a.z - b.z, a.m - b.m));
}

std::vector<Point4> random_points(std::size_t count, std::mt19937& random) {
  std::normal_distribution<double> normal;
  std::vector<Point4> points(count);
  for (Point4& p : points) p = {normal(random), normal(random), normal(random), normal(random)};
  return points;
}

std::vector<double> distances_to(const std::vector<Point4>& landmarks, const Point4& p) {
  std::vector<double> distances;
  for (const Point4& l : landmarks) distances.push_back(distance(l, p));
  return distances;
}

Code code_of(const std::vector<Point4>& landmarks, const std::vector<double>& distances) {
  const auto result = space::trilaterate(landmarks, distances);
  return result.is_ok() ? Code::kOk : result.status().code();
}

}  // namespace

TEST_CASE("exact distances give the point back, near the landmarks or far away") {
  std::mt19937 random(1);
  for (const std::size_t count : {5u, 6u, 20u, 300u}) {
    for (int round = 0; round < 50; ++round) {
      auto landmarks = random_points(count, random);
      if (count == 5) landmarks[0] = {3, 3, 3, 3};  // five random ones may be nearly flat
      Point4 p = random_points(1, random)[0];
      if (round % 2 == 1) p.x += 100;
      const auto found = space::trilaterate(landmarks, distances_to(landmarks, p));
      if (count == 5 && !found.is_ok()) continue;
      REQUIRE(found.is_ok());
      REQUIRE(distance(found.value(), p) <= 1e-9);
    }
  }
}

TEST_CASE("noise in many distances averages out") {
  std::mt19937 random(2);
  std::normal_distribution<double> noise(0, 0.01);
  const auto landmarks = random_points(1000, random);
  const Point4 p{0.3, -0.2, 0.1, 0.4};
  auto distances = distances_to(landmarks, p);
  for (double& d : distances) d += noise(random);
  const auto found = space::trilaterate(landmarks, distances);
  REQUIRE(found.is_ok());
  CHECK(distance(found.value(), p) <= 0.005);
}

TEST_CASE("distances measured in a larger space give the orthogonal projection") {
  // A fifth coordinate adds the same square to every distance, and so cancels.
  std::mt19937 random(3);
  const auto landmarks = random_points(12, random);
  const Point4 p{0.3, -0.2, 0.1, 0.4};
  auto distances = distances_to(landmarks, p);
  for (double& d : distances) d = std::sqrt(d * d + 7.0);
  const auto found = space::trilaterate(landmarks, distances);
  REQUIRE(found.is_ok());
  CHECK(distance(found.value(), p) <= 1e-12);
}

TEST_CASE("landmarks that do not span space are refused") {
  const std::vector<double> ones(6, 1.0);
  const std::vector<Point4> good = {{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0},
                                    {0, 0, 1, 0}, {0, 0, 0, 1}, {1, 1, 1, 1}};
  CHECK(code_of(good, ones) == Code::kOk);
  CHECK(code_of({}, {}) == Code::kInvalidArgument);
  CHECK(code_of({good.begin(), good.begin() + 4}, std::vector<double>(4, 1.0)) ==
        Code::kInvalidArgument);
  CHECK(code_of(std::vector<Point4>(6, Point4{1, 2, 3, 4}), ones) == Code::kInvalidArgument);
  std::vector<Point4> line, solid = good, nearly = good;
  for (int i = 0; i < 6; ++i) line.push_back({1.0 * i, 2.0 * i, 3.0 * i, 4.0 * i});
  CHECK(code_of(line, ones) == Code::kInvalidArgument);
  for (auto& p : solid) p.m = 5;  // all in one 3-D subspace
  CHECK(code_of(solid, ones) == Code::kInvalidArgument);
  for (auto& p : nearly) p.m *= 1e-4;
  CHECK(code_of(nearly, ones) == Code::kInvalidArgument);
  std::vector<Point4> duplicates = {good[0], good[1], good[2], good[3], good[3], good[3]};
  CHECK(code_of(duplicates, ones) == Code::kInvalidArgument);
}

TEST_CASE("distances that are no distances are refused") {
  const std::vector<Point4> landmarks = {
      {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
  CHECK(code_of(landmarks, {1, 1, 1, 1}) == Code::kInvalidArgument);
  for (const double bad : {-0.1, std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, 1e200}) {
    CHECK(code_of(landmarks, {1, 1, bad, 1, 1}) == Code::kInvalidArgument);
  }
  auto infinite = landmarks;
  infinite[2].z = HUGE_VAL;
  CHECK(code_of(infinite, {1, 1, 1, 1, 1}) == Code::kInvalidArgument);
}

TEST_CASE("the linear map agrees with trilateration by distances between vectors") {
  constexpr std::size_t kDimension = 48, kLandmarks = 30;
  std::mt19937 random(4);
  std::normal_distribution<double> normal;
  const auto unit = [&] {
    std::vector<double> v(kDimension);
    double squared = 0;
    for (double& c : v) {
      c = normal(random);
      squared += c * c;
    }
    for (double& c : v) c /= std::sqrt(squared);
    return v;
  };
  const auto positions = random_points(kLandmarks, random);
  std::vector<double> vectors;
  for (std::size_t i = 0; i < kLandmarks; ++i) {
    const auto v = unit();
    vectors.insert(vectors.end(), v.begin(), v.end());
  }
  const auto projection = space::landmark_projection(positions, vectors, kDimension);
  REQUIRE(projection.is_ok());
  for (int round = 0; round < 100; ++round) {
    const auto q = unit();
    std::vector<double> chords;
    for (std::size_t i = 0; i < kLandmarks; ++i) {
      double cosine = 0;
      for (std::size_t k = 0; k < kDimension; ++k) cosine += q[k] * vectors[i * kDimension + k];
      chords.push_back(std::sqrt(2 - 2 * cosine));
    }
    const auto found = space::trilaterate(positions, chords);
    REQUIRE(found.is_ok());
    REQUIRE(distance(found.value(), projection.value().apply(q)) <= 1e-12);
  }
  CHECK(!space::landmark_projection(positions, {vectors.data(), 5}, kDimension).is_ok());
  vectors[3] = HUGE_VAL;
  CHECK(!space::landmark_projection(positions, vectors, kDimension).is_ok());
}
