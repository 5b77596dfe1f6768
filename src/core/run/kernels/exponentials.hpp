// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// e^x in eight lanes, and what is made of it. x = n ln 2 + r with |r| <= ln 2 / 2; e^r is 1 and a
// polynomial of degree 5 in r: that of Arm's optimized routines (v_expf), which llama.cpp computes
// with on every CPU, added here in the same order, so that both give the same bits. Under 2 units
// in the last place. Below e^-86 the result is 0 (no subnormals), above the largest float
// infinite, and NaN for NaN. Included once by each kernel set's source, after its Lanes.
#pragma once

#include <cstddef>
#include <cstring>

#include "core/run/kernels/stored.hpp"

namespace hartonomous::core::run {

namespace {

inline Lanes exponential(Lanes x) noexcept {
  const Lanes within = Lanes::minimum(Lanes::all(89.0F), Lanes::maximum(Lanes::all(-86.0F), x));
  // To the nearest whole number, by adding one so large that no fraction is left.
  const Lanes shift = Lanes::all(0x1.8p23F);
  const Lanes n = Lanes::fma(within, Lanes::all(0x1.715476p+0F), shift) - shift;
  // ln 2 in two parts, the first short enough for n times it to be exact.
  Lanes r = Lanes::fma(n, Lanes::all(-0x1.62e4p-1F), within);
  r = Lanes::fma(n, Lanes::all(-0x1.7f7d1cp-20F), r);
  const Lanes square = r * r;
  const Lanes high = Lanes::fma(Lanes::all(0x1.0e4020p-7F), r, Lanes::all(0x1.573e2ep-5F));
  const Lanes middle = Lanes::fma(Lanes::all(0x1.555e66p-3F), r, Lanes::all(0x1.fffdb6p-2F));
  const Lanes low = Lanes::all(0x1.ffffecp-1F) * r;
  const Lanes power = Lanes::all(1.0F) + Lanes::fma(Lanes::fma(high, square, middle), square, low);
  // 2^n in two steps: n may be 128.
  const Lanes most = Lanes::power_of_two(n - Lanes::all(1.0F));
  return Lanes::zero_below(power * most * Lanes::all(2.0F), x, Lanes::all(-86.0F));
}

float exponentials(const float* in, std::size_t count, float offset, float* out) {
  const Lanes shift = Lanes::all(offset);
  Lanes sum = Lanes::zero();
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Lanes power = exponential(Lanes::load(in + i) - shift);
    power.store(out + i);
    sum = sum + power;
  }
  float total = sum.sum();
  if (i < count) {
    float rest[kLanes];
    exponential(load_rest(in + i, count - i) - shift).store(rest);
    std::memcpy(out + i, rest, (count - i) * sizeof(float));
    for (std::size_t j = 0; j < count - i; ++j) total += rest[j];
  }
  return total;
}

// 1 - 2 / (e^2x + 1): within 2^-23 of tanh x.
inline Lanes hyperbolic_tangent(Lanes x) noexcept {
  const Lanes one = Lanes::all(1.0F), two = Lanes::all(2.0F);
  return one - two / (exponential(x * two) + one);
}

inline Lanes silu_of(Lanes x) noexcept {
  return x / (Lanes::all(1.0F) + exponential(Lanes::zero() - x));
}

void silu(const float* in, std::size_t count, float* out) {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) silu_of(Lanes::load(in + i)).store(out + i);
  if (i < count) store_rest(silu_of(load_rest(in + i, count - i)), out + i, count - i);
}

}  // namespace

}  // namespace hartonomous::core::run
