// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/space/box_order.hpp"
#include "core/space/quantize.hpp"

using namespace hartonomous::core;
using space::quantize_coordinate;

TEST_CASE("cells are half-open, equally wide, and the last takes 1.0 too") {
  CHECK(quantize_coordinate(-1.0) == 0);
  CHECK(quantize_coordinate(std::nextafter(-1.0, 0.0)) == 0);
  CHECK(quantize_coordinate(-1.0 + 0x1p-31) == 1);
  CHECK(quantize_coordinate(-0x1p-31) == 0x7fffffff);
  CHECK(quantize_coordinate(-1e-300) == 0x7fffffff);
  CHECK(quantize_coordinate(-0.0) == 0x80000000);
  CHECK(quantize_coordinate(0.0) == 0x80000000);
  CHECK(quantize_coordinate(std::nextafter(0x1p-31, 0.0)) == 0x80000000);
  CHECK(quantize_coordinate(0x1p-31) == 0x80000001);
  CHECK(quantize_coordinate(std::nextafter(1.0, 0.0)) == 0xffffffff);
  CHECK(quantize_coordinate(1.0) == 0xffffffff);
}

TEST_CASE("a cell's centre is in the cell") {
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto c = static_cast<std::uint32_t>(random());
    REQUIRE(space::cell_of(space::centre_of({c, 0, 0xffffffff, c})) ==
            space::Cell4{c, 0, 0xffffffff, c});
  }
}

TEST_CASE("points outside the cube are refused, not clamped") {
  const double bad[] = {std::nextafter(1.0, 2.0),
                        -1.0000001,
                        HUGE_VAL,
                        -HUGE_VAL,
                        std::numeric_limits<double>::quiet_NaN(),
                        1e300};
  for (const double v : bad) {
    for (int axis = 0; axis < 4; ++axis) {
      double c[4] = {};
      c[axis] = v;
      const auto result = space::quantize({c[0], c[1], c[2], c[3]});
      REQUIRE(!result.is_ok());
      REQUIRE(result.status().code() == Code::kOutOfRange);
    }
  }
  CHECK(space::quantize({1, -1, 0, 1}).is_ok());
  CHECK(space::quantize({2, 0, 0.5, -1}).status().message() ==
        "point (2, 0, 0.5, -1) lies outside the cube from -1 to 1");
}

TEST_CASE("squashing keeps the order of coordinates of any size") {
  const double most = std::numeric_limits<float>::max();
  const std::vector<double> ascending = {-HUGE_VAL, -most, -1e30, -1e7, -200, -2,  -1.5,   -1,
                                         -0.5,      -1e-6, 0,     1e-6, 0.5,  1,   1.0001, 1.5,
                                         2,         3,     200,   1e7,  1e30, most};
  for (std::size_t i = 1; i < ascending.size(); ++i) {
    INFO(ascending[i - 1] << " and " << ascending[i]);
    CHECK(space::squash_coordinate(ascending[i - 1]) < space::squash_coordinate(ascending[i]));
  }
  CHECK(space::squash_coordinate(most) <= space::squash_coordinate(HUGE_VAL));
  CHECK(space::squash_coordinate(std::numeric_limits<double>::quiet_NaN()) ==
        space::squash_coordinate(0));
}

TEST_CASE("a box is ordered by its centre, missing axes being 0") {
  const float point[] = {0.5f, 0.5f, 0.25f, 0.25f};
  const float padded[] = {0.5f, 0.5f, 0.25f, 0.25f, 0, 0, -1, 1};
  CHECK(space::box_key(point) == space::box_key(padded));
  const float unbounded[] = {0.5f,
                             0.5f,
                             0.25f,
                             0.25f,
                             -std::numeric_limits<float>::max(),
                             std::numeric_limits<float>::max()};
  CHECK(space::box_key(point) == space::box_key(unbounded));
  CHECK(space::box_key({}) == space::box_key(std::vector<float>(8)));
}
