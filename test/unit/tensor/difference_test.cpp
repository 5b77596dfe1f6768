// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tensor/difference.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

using hartonomous::core::tensor::cosine;
using hartonomous::core::tensor::Difference;

TEST_CASE("a difference counts, measures and finds the greatest", "[tensor][difference]") {
  Difference difference;
  const std::vector<float> a{1, 2, 3, 4}, b{1, 5, 3, 0};
  difference.add(a, b);
  difference.skip(6);
  const auto s = difference.summary();
  CHECK(s.count == 10);
  CHECK(s.changed == 2);
  CHECK(s.nonfinite == 0);
  CHECK(s.l2 == 5);
  CHECK(s.max == 4);
}

TEST_CASE("values that are not finite are counted and not measured", "[tensor][difference]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  Difference difference;
  const std::vector<float> a{nan, nan, 0.0F, infinity}, b{nan, 1, -0.0F, infinity};
  difference.add(a, b);
  const auto s = difference.summary();
  CHECK(s.changed == 1);
  CHECK(s.nonfinite == 3);
  CHECK(s.l2 == 0);
}

TEST_CASE("a difference does not depend on how the values are cut", "[tensor][difference]") {
  std::vector<float> a(10'007), b(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<float>(std::sin(static_cast<double>(i)));
    b[i] = a[i] + static_cast<float>(1e-3 * std::cos(3.0 * static_cast<double>(i)));
  }
  Difference whole, parts;
  whole.add(a, b);
  for (std::size_t at = 0, step = 1; at < a.size(); at += step, step = step * 3 % 1009 + 1) {
    const std::size_t count = std::min(step, a.size() - at);
    parts.add(std::span(a).subspan(at, count), std::span(b).subspan(at, count));
  }
  CHECK(whole.summary().l2 == parts.summary().l2);
  CHECK(whole.summary().changed == parts.summary().changed);
}

TEST_CASE("the cosine agrees with that of the vectors", "[tensor][difference]") {
  CHECK(cosine(3, 4, 5) == Approx(0).margin(1e-15));
  CHECK(cosine(2, 2, 0) == 1);
  CHECK(cosine(2, 2, 4) == -1);
  CHECK(cosine(0, 0, 0) == 1);
  CHECK(cosine(0, 2, 2) == 0);
  // Nearly parallel: 1 - cos is what is left, not noise.
  const double angle = 1e-6, d = 2 * std::sin(angle / 2);
  CHECK(1 - cosine(1, 1, d) == Approx(angle * angle / 2).epsilon(1e-3));
}
