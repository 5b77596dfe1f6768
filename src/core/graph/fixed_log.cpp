// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/fixed_log.hpp"

#include <bit>

namespace hartonomous::core::graph {

std::int64_t log2_fixed(std::uint64_t x) noexcept {
  const int top = std::bit_width(x) - 1;
  std::int64_t result = top;
  std::uint64_t mantissa = x << (63 - top);  // in [1, 2), one bit before the point
  for (int bit = 0; bit < 40; ++bit) {
    // Squaring doubles the logarithm; a result of 2 or more is its next binary digit.
    const auto square = static_cast<unsigned __int128>(mantissa) * mantissa >> 63;
    const bool is_two = square >> 64 != 0;
    result = result * 2 + is_two;
    mantissa = static_cast<std::uint64_t>(is_two ? square >> 1 : square);
  }
  return result;
}

std::int64_t ln_ratio_fixed(std::uint64_t numerator, std::uint64_t denominator) noexcept {
  constexpr __int128 kLn2 = 0x2c5c85fdf473de6b;  // 2^62 ln 2
  const __int128 product = kLn2 * (log2_fixed(numerator) - log2_fixed(denominator));
  constexpr int kShift = 40 + 62 - 16;
  const __int128 half = __int128{1} << (kShift - 1);
  const __int128 rounded = product < 0 ? -((half - product) >> kShift) : (half + product) >> kShift;
  return static_cast<std::int64_t>(rounded);
}

}  // namespace hartonomous::core::graph
