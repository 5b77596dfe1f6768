// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
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

// How many pairs are closer than `limit`, through a grid of cells that wide: both points of such a
// pair lie in the same or in adjoining cells. Cells are sorted by number, so that the three along
// the last axis are found together.
std::size_t pairs_closer_than(double limit, const std::vector<Point4>& points) {
  const auto bucket = [&](double c) { return static_cast<std::uint64_t>((c + 1.1) / limit); };
  const auto home = [&](const Point4& p) {
    return ((bucket(p.x) << 8 | bucket(p.y)) << 8 | bucket(p.z)) << 8 | bucket(p.m);
  };
  std::vector<std::pair<std::uint64_t, std::uint32_t>> cells;
  for (std::uint32_t i = 0; i < points.size(); ++i) cells.emplace_back(home(points[i]), i);
  std::sort(cells.begin(), cells.end());
  std::size_t close = 0;
  for (std::uint64_t step = 0; step < 27; ++step) {
    // The row of cells to look in, relative to home, runs along the sorted array as home does.
    const std::uint64_t row = ((step / 9 << 8 | step / 3 % 3) << 8 | step % 3) << 8;
    constexpr std::uint64_t kBack = 0x01010101;
    std::size_t first = 0;
    for (const auto& [cell, i] : cells) {
      const std::uint64_t from = cell + row - kBack;
      while (first < cells.size() && cells[first].first < from) ++first;
      for (std::size_t k = first; k < cells.size() && cells[k].first <= from + 2; ++k) {
        const std::uint32_t j = cells[k].second;
        close += i < j && distance(points[i], points[j]) < limit;
      }
    }
  }
  return close;
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
  CHECK(pairs_closer_than(0.0237, all_places()) == 0);
  CHECK(pairs_closer_than(0.0238, all_places()) > 0);  // the bound is tight: the search finds pairs
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
