// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Sine, cosine and arc tangent that come out the same, bit for bit, on every CPU and C library.
// They use only + - * / and sqrt, which IEEE 754 rounds correctly; libm's versions may differ in
// the last place from one library to the next, which stored coordinates must not. Error below
// 4e-16 absolute (1e-15 for atan2). Constant time, thread safe.
#pragma once

namespace hartonomous::core::space {

inline constexpr double kPi = 3.14159265358979323846;

struct SinCos {
  double sin, cos;
};

// REQUIRES: |angle| <= 1000 (radians).
SinCos sincos(double angle) noexcept;

// The angle of (x, y) in (-pi, pi]; 0 for the origin. REQUIRES: both finite, |x|, |y| <= 1e100.
double atan2(double y, double x) noexcept;

}  // namespace hartonomous::core::space
