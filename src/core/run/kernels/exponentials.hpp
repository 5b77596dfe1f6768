// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// e^x in eight lanes, and what is made of it. x = n ln 2 + r with |r| <= ln 2 / 2; e^r is 1 + r +
// r^2 q(r), q of degree 4 with the least largest relative error (3e-9); under 2 units in the last
// place in all. Below e^-86 the result is 0 (no subnormals), above the largest float infinite,
// and NaN for NaN. Included once by each kernel set's source, after its Lanes.
#pragma once

#include <cstddef>
#include <cstring>

#include "core/run/kernels/stored.hpp"

namespace hartonomous::core::run {

namespace {

inline Lanes exponential(Lanes x) noexcept {
  const Lanes within = Lanes::minimum(Lanes::all(89.0F), Lanes::maximum(Lanes::all(-86.0F), x));
  const Lanes n = Lanes::round(within * Lanes::all(0x1.715476p+0F));
  // ln 2 in two parts, the first short enough for n times it to be exact.
  Lanes r = Lanes::fma(n, Lanes::all(-0x1.62e4p-1F), within);
  r = Lanes::fma(n, Lanes::all(-0x1.7f7d1cp-20F), r);
  Lanes q = Lanes::all(0x1.6a23dp-10F);
  q = Lanes::fma(q, r, Lanes::all(0x1.123a2p-7F));
  q = Lanes::fma(q, r, Lanes::all(0x1.5558f2p-5F));
  q = Lanes::fma(q, r, Lanes::all(0x1.555492p-3F));
  q = Lanes::fma(q, r, Lanes::all(0x1.fffffcp-2F));
  const Lanes power = Lanes::fma(r * r, q, r + Lanes::all(1.0F));
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
