// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How far two streams of float32 values are apart, in one pass and constant memory. Sums are in
// double precision over eight interleaved lanes, so that the result depends on the values and their
// positions alone: not on how they were cut into add() calls, nor on the CPU.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace hartonomous::core::tensor {

struct DifferenceSummary {
  std::uint64_t count = 0;      // pairs seen
  std::uint64_t changed = 0;    // pairs that are not equal; NaN equals NaN, +0 equals -0
  std::uint64_t nonfinite = 0;  // pairs of which one at least is NaN or infinite
  double l2 = 0;                // square root of the sum of (b - a)^2 over the finite pairs
  double max = 0;               // greatest |b - a| of a finite pair
};

class Difference {
 public:
  // REQUIRES: a.size() == b.size(). O(a.size()).
  void add(std::span<const float> a, std::span<const float> b) noexcept;
  // `count` equal and finite pairs that need not be looked at.
  void skip(std::uint64_t count) noexcept { count_ += count; }
  DifferenceSummary summary() const noexcept;

 private:
  static constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> squares_{};
  double max_ = 0;
  std::uint64_t count_ = 0, changed_ = 0, nonfinite_ = 0;
};

// The cosine of the angle between two vectors of norms a and b that are d apart; accurate for nearly
// parallel ones, where a sum of products is not. 1 for two zero vectors, 0 if one is.
double cosine(double a, double b, double d) noexcept;

}  // namespace hartonomous::core::tensor
