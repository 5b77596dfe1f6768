// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/base/exponential.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/base/random_number.hpp"

namespace core = hartonomous::core;

TEST_CASE("the exponential is within two units in the last place") {
  double worst = 0;
  for (std::uint64_t i = 0; i < 200000; ++i) {
    const double x = (core::random_number(1, i) * 2 - 1) * (i % 2 == 0 ? 700 : 2);
    const long double exact = std::exp(static_cast<long double>(x));
    const double unit =
        std::nextafter(static_cast<double>(exact), HUGE_VAL) - static_cast<double>(exact);
    worst = std::max(worst, static_cast<double>(std::fabs(core::exponential(x) - exact)) / unit);
  }
  CHECK(worst < 2);
  CHECK(worst > 0.25);  // the measure measures
}

TEST_CASE("the exponential at its ends") {
  CHECK(core::exponential(0) == 1);
  CHECK(core::exponential(-0.0) == 1);
  CHECK(core::exponential(-708) > 0);
  CHECK(core::exponential(-709) == 0);
  CHECK(core::exponential(-std::numeric_limits<double>::infinity()) == 0);
  CHECK(std::isfinite(core::exponential(709)));
}
