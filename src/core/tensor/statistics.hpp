// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Descriptive statistics of a stream of float32 values, in one pass and constant memory. The result
// depends on the values and their order alone: not on how they were cut into add() calls, nor on
// the CPU.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hartonomous::core::tensor {

// Moments and extremes are over the finite values; all are 0 when there is none.
struct StatisticsSummary {
  std::uint64_t count = 0;  // all values, finite or not
  std::uint64_t zeros = 0;  // +0 and -0
  std::uint64_t nan = 0;
  std::uint64_t infinite = 0;
  double min = 0;
  double max = 0;
  double mean = 0;
  double stddev = 0;  // of the population
  double l2 = 0;      // square root of the sum of squares
  std::uint64_t nonfinite() const noexcept { return nan + infinite; }
};

class Statistics {
 public:
  // O(values.size()).
  void add(std::span<const float> values) noexcept;
  // The summary of everything added so far; more may be added afterwards.
  StatisticsSummary summary() const noexcept;

 private:
  static constexpr std::size_t kBlock = 4096;
  struct Moments {
    std::uint64_t count = 0;
    double mean = 0;
    double squared_deviation = 0;  // sum of (x - mean)^2
    double sum_of_squares = 0;
  };
  static Moments moments_of(std::span<const float> finite) noexcept;
  static Moments joined(const Moments& a, const Moments& b) noexcept;
  void add_one(const float& x) noexcept;
  void note_extremes(std::span<const float> finite) noexcept;
  void append(std::span<const float> finite) noexcept;
  void carry(Moments block) noexcept;

  // Binary counter of joined blocks: levels_[i] covers 2^i blocks if bit i of blocks_ is set.
  std::array<Moments, 64> levels_{};
  std::uint64_t blocks_ = 0;
  std::array<float, kBlock> pending_{};
  std::size_t pending_count_ = 0;
  std::uint64_t count_ = 0, zeros_ = 0, nan_ = 0, infinite_ = 0;
  float min_ = 0, max_ = 0;
  bool has_finite_ = false;
};

}  // namespace hartonomous::core::tensor
