// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which elements two sequences have in common, in order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/checkpoint.hpp"

namespace hartonomous::core::text {

// a[a_begin, a_begin + length) equals b[b_begin, b_begin + length).
struct MatchingStretch {
  std::size_t a_begin, b_begin, length;
  bool operator==(const MatchingStretch&) const = default;
};

// Matching stretches, ascending in both and not touching. What is common at the ends and around
// elements that occur once in each is always found; between those the longest common subsequence
// is, unless that would take more than kMostCells steps, and then nothing is. So the time is
// O(n log n + n kMostCells / n_min) at worst and no input makes it quadratic in its length.
inline constexpr std::size_t kMostCells = 1 << 20;
std::vector<MatchingStretch> match_sequences(std::span<const std::uint64_t> a,
                                             std::span<const std::uint64_t> b,
                                             Checkpoint& checkpoint);

}  // namespace hartonomous::core::text
