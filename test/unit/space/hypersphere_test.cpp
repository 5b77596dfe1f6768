// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <vector>

#include "core/hash/content_hash.hpp"
#include "core/space/hypersphere.hpp"
#include "core/space/quantize.hpp"
#include "core/space/trigonometry.hpp"

using namespace hartonomous::core;
using space::Point4;

namespace {

const std::vector<Point4>& all_places() {
  static const auto places = [] {
    std::vector<Point4> points(space::kCharacterPlaces);
    for (char32_t c = 0; c < space::kCharacterPlaces; ++c) points[c] = space::character_point(c);
    return points;
  }();
  return places;
}

double distance(const Point4& a, const Point4& b) {
  return std::sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) +
                   (a.z - b.z) * (a.z - b.z) + (a.m - b.m) * (a.m - b.m));
}

// Least distance of any two points, through a grid of cells wider than the distance to be found.
double least_separation(const std::vector<Point4>& points) {
  constexpr double kWidth = 0.03;
  const auto bucket = [](double c) { return static_cast<std::uint64_t>((c + 1.1) / kWidth); };
  const auto key = [](std::uint64_t x, std::uint64_t y, std::uint64_t z, std::uint64_t m) {
    return ((x << 8 | y) << 8 | z) << 8 | m;
  };
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> grid;
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    const Point4& p = points[i];
    grid[key(bucket(p.x), bucket(p.y), bucket(p.z), bucket(p.m))].push_back(i);
  }
  double least = 4;
  for (const auto& [home, members] : grid) {
    for (int step = 0; step < 81; ++step) {
      const auto shifted = [&](int axis, int digit) {
        return (home >> (8 * axis) & 0xff) + static_cast<std::uint64_t>(digit) - 1;
      };
      const auto near = grid.find(key(shifted(3, step % 3), shifted(2, step / 3 % 3),
                                      shifted(1, step / 9 % 3), shifted(0, step / 27)));
      if (near == grid.end()) continue;
      for (const auto i : members) {
        for (const auto j : near->second) {
          if (i < j) least = std::min(least, distance(points[i], points[j]));
        }
      }
    }
  }
  return least;
}

}  // namespace

TEST_CASE("the places of all characters have the digest they always had") {
  hash::ContentHasher hasher(hash::Kind::kBlock);
  const auto coordinates = space::coordinates(all_places());
  hasher.update({reinterpret_cast<const std::byte*>(coordinates.data()), coordinates.size_bytes()});
  CHECK(hasher.finish().hex() ==
        "45905446581d19fd02f4be6520c100201ed993d4427b3edea45f95f88522becc");
}

TEST_CASE("every character's place lies on the unit sphere") {
  double worst = 0;
  for (const Point4& p : all_places()) {
    worst = std::max(worst, std::abs(p.x * p.x + p.y * p.y + p.z * p.z + p.m * p.m - 1));
  }
  CHECK(worst <= 8e-15);
}

TEST_CASE("a character is found again from its place, exact or on the 32-bit grid") {
  std::size_t wrong = 0;
  for (char32_t c = 0; c < space::kCharacterPlaces; ++c) {
    const Point4& p = all_places()[c];
    wrong += space::codepoint_at(p) != c;
    wrong += space::codepoint_at(space::centre_of(space::cell_of(p))) != c;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a point that is no character's place has no codepoint") {
  Point4 p = space::character_point(U'A');
  p.x += 1e-9;
  CHECK(!space::codepoint_at(p));
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, -HUGE_VAL, 2.0}) {
    CHECK(!space::codepoint_at({bad, 0, 0, 0}));
    CHECK(!space::codepoint_at({0, 0, 0, bad}));
  }
  CHECK(!space::codepoint_at({0, 0, 0, 0}));
  CHECK(!space::codepoint_at({1, 0, 0, 0}));
  CHECK(!space::codepoint_at({0, 0, 0, 1}));
  CHECK(!space::codepoint_at({1, 1, 1, 1}));
}

TEST_CASE("no two characters are closer than 0.0237") {
  CHECK(least_separation(all_places()) >= 0.0237);
}

TEST_CASE("consecutive codepoints are neighbours") {
  std::vector<double> steps;
  for (std::size_t c = 1; c < all_places().size(); ++c) {
    steps.push_back(distance(all_places()[c - 1], all_places()[c]));
  }
  const auto p99 = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() * 99 / 100);
  std::nth_element(steps.begin(), p99, steps.end());
  CHECK(*p99 <= 0.027);
  CHECK(*std::max_element(steps.begin(), steps.end()) <= 0.45);
}

TEST_CASE("sine, cosine and arc tangent agree with the C library's") {
  double worst = 0;
  for (double angle = -1000; angle <= 1000; angle += 0.00917) {
    const auto [s, c] = space::sincos(angle);
    worst = std::max({worst, std::abs(s - std::sin(angle)), std::abs(c - std::cos(angle))});
  }
  CHECK(worst <= 4e-16);
  worst = 0;
  for (double angle = -space::kPi; angle <= space::kPi; angle += 0.00017) {
    const double y = 3 * std::sin(angle), x = 3 * std::cos(angle);
    worst = std::max(worst, std::abs(space::atan2(y, x) - std::atan2(y, x)));
  }
  CHECK(worst <= 1e-15);
  CHECK(space::atan2(0, 0) == 0);
  CHECK(space::atan2(0, -1) == space::kPi);
}
