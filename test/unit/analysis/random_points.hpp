// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Points for the tests of core/analysis.
#pragma once

#include <catch2/catch.hpp>

#include <random>
#include <vector>

#include "core/analysis/points.hpp"

namespace hartonomous::test {

// Uniform, or on a coarse grid where equal distances and repeated points are frequent.
inline std::vector<double> random_values(std::mt19937& random, std::size_t count,
                                         bool on_grid = false) {
  std::uniform_real_distribution<double> real(-1, 1);
  std::uniform_int_distribution<int> whole(-3, 3);
  std::vector<double> values(count);
  for (double& value : values) value = on_grid ? whole(random) : real(random);
  return values;
}

}  // namespace hartonomous::test
