// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The exponential function, the same to the last bit everywhere: mathematics libraries choose
// theirs by the processor. Cody and Waite's reduction, then the series of e^r for |r| <= ln 2 / 2,
// whose first term left out is below 5e-18.
#pragma once

#include <bit>
#include <cstdint>

namespace hartonomous::core {

// e^x within 2 units in the last place; 0 below -708, where results are no longer normal numbers.
// REQUIRES: x <= 709, not NaN.
inline double exponential(double x) noexcept {
  constexpr double kLog2E = 0x1.71547652b82fep0;
  constexpr double kLn2High = 0x1.62e42feep-1, kLn2Low = 0x1.a39ef35793c76p-33;
  constexpr double kRound = 0x1.8p52;  // added to a number, leaves it rounded to an integer
  constexpr double kInverseFactorials[] = {1.0 / 6227020800,
                                           1.0 / 479001600,
                                           1.0 / 39916800,
                                           1.0 / 3628800,
                                           1.0 / 362880,
                                           1.0 / 40320,
                                           1.0 / 5040,
                                           1.0 / 720,
                                           1.0 / 120,
                                           1.0 / 24,
                                           1.0 / 6,
                                           0.5,
                                           1,
                                           1};
  if (x < -708) return 0;
  const double shifted = x * kLog2E + kRound;
  const double power = shifted - kRound;
  const double r = (x - power * kLn2High) - power * kLn2Low;
  double sum = 0;
  for (const double coefficient : kInverseFactorials) sum = sum * r + coefficient;
  const auto exponent = std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(kRound);
  return std::bit_cast<double>(std::bit_cast<std::int64_t>(sum) + (exponent << 52));
}

}  // namespace hartonomous::core
