// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Logarithms in integers, for numbers that are stored or summed: the mathematics library may differ
// by a unit in the last place from machine to machine, this may not.
#pragma once

#include <cstdint>

namespace hartonomous::core::graph {

// floor(2^40 * log2(x)), at most 1 below it. REQUIRES: x > 0. 40 squarings.
std::int64_t log2_fixed(std::uint64_t x) noexcept;

// 2^16 * ln(numerator / denominator), rounded to nearest, ties away from zero, of the integer
// logarithms' difference. REQUIRES: both > 0.
std::int64_t ln_ratio_fixed(std::uint64_t numerator, std::uint64_t denominator) noexcept;

}  // namespace hartonomous::core::graph
