// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/decimal_score.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace hartonomous::core::tokenizer {

namespace {

constexpr int kLargestPower = 308;

double power_of_ten(int exponent) noexcept {
  const std::string_view digits = "1e";
  char text[8] = {digits[0], digits[1]};
  const auto end = std::to_chars(text + 2, text + sizeof text, exponent).ptr;
  double value = 0;
  std::from_chars(text, end, value);
  return value;
}

double scale(std::uint64_t significand, int exponent) noexcept {
  auto value = static_cast<double>(significand);
  while (exponent < -kLargestPower && value != 0) {
    value /= power_of_ten(kLargestPower);
    exponent += kLargestPower;
  }
  if (value == 0) return 0;
  if (exponent > kLargestPower) return INFINITY;
  return exponent < 0 ? value / power_of_ten(-exponent) : value * power_of_ten(exponent);
}

}  // namespace

double score_as_read(std::string_view number) noexcept {
  const bool is_negative = number.starts_with('-');
  if (is_negative) number.remove_prefix(1);
  std::uint64_t significand = 0;
  int exponent = 0;
  bool is_full = false, is_fraction = false;
  std::size_t at = 0;
  for (; at < number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
    if (number[at] == '.') {
      is_fraction = true;
      continue;
    }
    const auto digit = static_cast<std::uint64_t>(number[at] - '0');
    is_full = is_full || significand > UINT64_MAX / 10 ||
              (significand == UINT64_MAX / 10 && digit > UINT64_MAX % 10);
    if (!is_full) {
      significand = significand * 10 + digit;
      exponent -= is_fraction ? 1 : 0;
    } else if (!is_fraction) {
      ++exponent;
    }
  }
  if (at < number.size()) {
    std::string_view stated = number.substr(at + 1);
    if (stated.starts_with('+')) stated.remove_prefix(1);
    int more = 0;
    const auto read = std::from_chars(stated.data(), stated.data() + stated.size(), more);
    constexpr int kMost = 100'000;
    if (read.ec != std::errc()) more = stated.starts_with('-') ? -kMost : kMost;
    exponent += std::max(-kMost, std::min(kMost, more));
  }
  const double value = scale(significand, exponent);
  return is_negative ? -value : value;
}

}  // namespace hartonomous::core::tokenizer
