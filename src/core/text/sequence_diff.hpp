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

// Matching stretches, ascending in both and not touching: the common subsequence of most weight,
// a_weights[i] being that of a[i], if finding it takes at most kMostCells steps. Longer sequences
// are first split at elements that occur once in each; where there are none, only what is common at
// the ends is found. So no input makes it quadratic in its length. REQUIRES: as many weights as
// elements of a, in all less than 2^64.
inline constexpr std::size_t kMostCells = 1 << 22;
std::vector<MatchingStretch> match_sequences(std::span<const std::uint64_t> a,
                                             std::span<const std::uint64_t> b,
                                             std::span<const std::uint64_t> a_weights,
                                             Checkpoint& checkpoint);

}  // namespace hartonomous::core::text
