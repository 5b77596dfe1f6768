// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Eight floats side by side, in plain C++: the meaning of the kernels, and the oracle of every
// other Lanes. fma() rounds once; comparisons with NaN follow x86: maximum(a, b) is a > b ? a : b.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/base/cursor.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kLanes = 8;

struct Lanes {
  float at[kLanes];

  static Lanes all(float value) noexcept {
    return make([&](std::size_t) { return value; });
  }
  static Lanes zero() noexcept { return all(0); }
  static Lanes load(const float* from) noexcept {
    return make([&](std::size_t i) { return from[i]; });
  }
  // Stored elements at any address, little-endian.
  static Lanes load_float(const std::byte* from) noexcept {
    return make([&](std::size_t i) { return load_little_endian<float>(from + 4 * i); });
  }
  static Lanes load_half(const std::byte* from) noexcept {
    return make([&](std::size_t i) {
      return tensor::half_to_float(load_little_endian<std::uint16_t>(from + 2 * i));
    });
  }
  static Lanes load_bfloat16(const std::byte* from) noexcept {
    return make([&](std::size_t i) {
      return tensor::bfloat16_to_float(load_little_endian<std::uint16_t>(from + 2 * i));
    });
  }
  void store(float* to) const noexcept { std::memcpy(to, at, sizeof at); }
  void store_half(std::byte* to) const noexcept {
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint16_t half = tensor::float_to_half(at[i]);
      std::memcpy(to + 2 * i, &half, 2);
    }
  }

  // REQUIRES: lanes are whole numbers in [-127, 127].
  void store_codes(std::int8_t* to) const noexcept {
    for (std::size_t i = 0; i < kLanes; ++i) to[i] = static_cast<std::int8_t>(at[i]);
  }
  Lanes rounded_to_half() const noexcept {
    return make([&](std::size_t i) { return tensor::half_to_float(tensor::float_to_half(at[i])); });
  }
  Lanes rounded_to_bfloat16() const noexcept {
    return make(
        [&](std::size_t i) { return tensor::bfloat16_to_float(tensor::float_to_bfloat16(at[i])); });
  }

  friend Lanes operator+(Lanes a, Lanes b) noexcept {
    return make([&](std::size_t i) { return a.at[i] + b.at[i]; });
  }
  friend Lanes operator-(Lanes a, Lanes b) noexcept {
    return make([&](std::size_t i) { return a.at[i] - b.at[i]; });
  }
  friend Lanes operator*(Lanes a, Lanes b) noexcept {
    return make([&](std::size_t i) { return a.at[i] * b.at[i]; });
  }
  friend Lanes operator/(Lanes a, Lanes b) noexcept {
    return make([&](std::size_t i) { return a.at[i] / b.at[i]; });
  }
  static Lanes fma(Lanes a, Lanes b, Lanes c) noexcept {
    return make([&](std::size_t i) { return std::fma(a.at[i], b.at[i], c.at[i]); });
  }
  static Lanes maximum(Lanes a, Lanes b) noexcept {
    return make([&](std::size_t i) { return a.at[i] > b.at[i] ? a.at[i] : b.at[i]; });
  }
  static Lanes minimum(Lanes a, Lanes b) noexcept {
    return make([&](std::size_t i) { return a.at[i] < b.at[i] ? a.at[i] : b.at[i]; });
  }
  // a, but 0 in the lanes where x < limit; a NaN is not below anything.
  static Lanes zero_below(Lanes a, Lanes x, Lanes limit) noexcept {
    return make([&](std::size_t i) { return x.at[i] < limit.at[i] ? 0.0F : a.at[i]; });
  }
  // To nearest even. REQUIRES: |lane| < 2^22, or NaN.
  static Lanes round(Lanes a) noexcept {
    return make([&](std::size_t i) { return std::nearbyint(a.at[i]); });
  }
  // 2^lane. REQUIRES: lanes are whole numbers in [-126, 127]; NaN lanes give anything.
  static Lanes power_of_two(Lanes a) noexcept {
    return make([&](std::size_t i) {
      const float whole = a.at[i] >= -126 && a.at[i] <= 127 ? a.at[i] : 0;
      return std::bit_cast<float>(static_cast<std::uint32_t>(static_cast<int>(whole) + 127) << 23);
    });
  }
  float sum() const noexcept {
    return ((at[0] + at[1]) + (at[2] + at[3])) + ((at[4] + at[5]) + (at[6] + at[7]));
  }
  // The sums of eight, each as sum() makes it.
  static Lanes sums(const Lanes* of) noexcept {
    return make([&](std::size_t i) { return of[i].sum(); });
  }
  // The sums of eight, halves first and then neighbours.
  static Lanes folded_sums(const Lanes* of) noexcept {
    return make([&](std::size_t i) {
      const float* const a = of[i].at;
      return ((a[0] + a[4]) + (a[1] + a[5])) + ((a[2] + a[6]) + (a[3] + a[7]));
    });
  }
  // The sum, halves first until one is left.
  float sum_by_halves() const noexcept {
    return ((at[0] + at[4]) + (at[2] + at[6])) + ((at[1] + at[5]) + (at[3] + at[7]));
  }
  // The sums of eight, each as sum_by_halves() makes it.
  static Lanes sums_by_halves(const Lanes* of) noexcept {
    return make([&](std::size_t i) { return of[i].sum_by_halves(); });
  }
  float largest() const noexcept {
    float most = at[0];
    for (std::size_t i = 1; i < kLanes; ++i) most = at[i] > most ? at[i] : most;
    return most;
  }

 private:
  template <class Value>
  static Lanes make(Value value) noexcept {
    Lanes lanes;
    for (std::size_t i = 0; i < kLanes; ++i) lanes.at[i] = value(i);
    return lanes;
  }
};

}  // namespace

}  // namespace hartonomous::core::run
