// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/base/random_number.hpp"

#include <catch2/catch.hpp>

namespace core = hartonomous::core;

TEST_CASE("random numbers are those of SplitMix64, and even") {
  CHECK(core::random_number(0, 0) == Approx(0.8833108082136426).epsilon(1e-15));
  CHECK(core::random_number(7, 0) != core::random_number(8, 0));
  double sum = 0;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    const double number = core::random_number(5, i);
    REQUIRE((number >= 0 && number < 1));
    sum += number;
  }
  CHECK(sum / 100000 == Approx(0.5).margin(0.005));
}
