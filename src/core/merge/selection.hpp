// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The k largest of a stream of magnitudes, exactly, in two passes and 256 KiB: which value the k-th
// has is found by counting the upper halves of the numbers' bits, then, of the numbers that share
// the k-th's upper half, the lower ones. Of equal magnitudes the earlier counts as the larger.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace hartonomous::core::merge {

// A number's rank among magnitudes, as an integer that sorts like them. REQUIRES: not NaN.
inline std::uint32_t magnitude_key(float value) noexcept {
  return std::bit_cast<std::uint32_t>(value) & 0x7fffffffU;
}

// The first `count` numbers in descending order of magnitude.
class Largest {
 public:
  explicit Largest(std::uint64_t count) : count_(count) {}

  static constexpr int kPasses = 2;
  // Until the first pass ends. REQUIRES: both counts above 0, or no number at all.
  void set_count(std::uint64_t count) noexcept { count_ = count; }
  // Every number, in the same order each pass; end_pass() after the last.
  void observe(int pass, std::span<const float> values);
  void end_pass(int pass);

  // After the passes, for every number once more in that order: whether it is one of them.
  bool takes(float value) noexcept {
    const std::uint32_t key = magnitude_key(value);
    if (key != key_) return key > key_;
    if (equal_taken_ == equal_) return false;
    ++equal_taken_;
    return true;
  }
  // Before they pass once more.
  void restart() noexcept { equal_taken_ = 0; }

 private:
  static constexpr std::uint32_t kBins = 1 << 16;

  std::uint64_t count_;
  std::vector<std::uint64_t> bins_;
  std::uint32_t key_ = UINT32_MAX;  // of the last taken; none has this one
  std::uint64_t left_ = 0;          // of count_, after all numbers of larger upper halves
  std::uint64_t equal_ = 0;         // how many with that very key are taken
  std::uint64_t equal_taken_ = 0;
};

}  // namespace hartonomous::core::merge
