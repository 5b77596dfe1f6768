// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Sine and cosine: the angle is brought to [-pi/4, pi/4] by subtracting a multiple of pi/2 that is
// held in three parts, the first two with so many trailing zero bits that their products with the
// (small) multiple are exact. There the Taylor series need nine terms each for double precision.
// Arc tangent: atan(v) = 2 atan(v / (1 + sqrt(1 + v^2))), used twice, brings the ratio below
// tan(pi/16), where thirteen terms of the series do.
#include "core/space/trigonometry.hpp"

#include <cmath>

namespace hartonomous::core::space {

namespace {

// pi/2 = kHalfPiHigh + kHalfPiMiddle + kHalfPiLow; the first two have at most 33 significant bits.
constexpr double kHalfPiHigh = 0x1.921fb544p+0;
constexpr double kHalfPiMiddle = 0x1.0b4611a6p-34;
constexpr double kHalfPiLow = 0x1.3198a2e037073p-69;

constexpr int kTerms = 9;

// Coefficients of r^(2i+1) / (2i+1)! and r^(2i) / (2i)!, signs alternating.
struct Series {
  double sin[kTerms], cos[kTerms];
};
constexpr Series make_series() {
  Series series{};
  double factorial = 1;
  for (int i = 0; i < kTerms; ++i) {
    const double sign = i % 2 == 0 ? 1 : -1;
    if (i > 0) factorial *= 2 * i;
    series.cos[i] = sign / factorial;
    factorial *= 2 * i + 1;
    series.sin[i] = sign / factorial;
  }
  return series;
}
constexpr Series kSeries = make_series();

constexpr double polynomial(const double (&coefficients)[kTerms], double x) {
  double sum = coefficients[kTerms - 1];
  for (int i = kTerms - 2; i >= 0; --i) sum = sum * x + coefficients[i];
  return sum;
}

// atan for v in [0, 1].
double atan_unit(double v) noexcept {
  for (int halving = 0; halving < 2; ++halving) v = v / (1 + std::sqrt(1 + v * v));
  const double v2 = v * v;
  double sum = 0;
  for (int n = 25; n >= 1; n -= 2) sum = (n % 4 == 1 ? 1.0 : -1.0) / n + v2 * sum;
  return 4 * (v * sum);
}

}  // namespace

SinCos sincos(double angle) noexcept {
  const double turns = std::floor(angle * (2 / kPi) + 0.5);
  const double r = ((angle - turns * kHalfPiHigh) - turns * kHalfPiMiddle) - turns * kHalfPiLow;
  const double r2 = r * r;
  const double s = r * polynomial(kSeries.sin, r2);
  const double c = polynomial(kSeries.cos, r2);
  switch (static_cast<int>(turns) & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

double atan2(double y, double x) noexcept {
  const double ax = x < 0 ? -x : x;
  const double ay = y < 0 ? -y : y;
  if (ax == 0 && ay == 0) return 0;
  double angle = ay <= ax ? atan_unit(ay / ax) : kPi / 2 - atan_unit(ax / ay);
  if (x < 0) angle = kPi - angle;
  return y < 0 ? -angle : angle;
}

}  // namespace hartonomous::core::space
