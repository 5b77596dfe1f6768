// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Evidence of many sources for one edge (context -> word), folded into integer sums. Folding is
// addition: rows may come in any order and be split over shards and workers in any way, and the
// sums are the same bits. Not idempotent: the caller sees to it that a source's row comes once.
//
// Units: expected counts are fixed point with 20 fractional bits, weights of sources with 16.
#pragma once

#include <cstdint>

#include "core/base/result.hpp"

namespace hartonomous::core::graph {

using Wide = __int128;

inline constexpr int kCountBits = 20;
inline constexpr int kWeightBits = 16;
inline constexpr int kLogBits = 16;
inline constexpr std::int64_t kOneCount = std::int64_t{1} << kCountBits;
inline constexpr std::int32_t kOneWeight = std::int32_t{1} << kWeightBits;

// A source speaks for at most this many observations of a context when doubt is computed: however
// many times one model is asked, it is one witness.
inline constexpr std::int64_t kWitnessCap = 20 * kOneCount;

// What one source says: of `total` observations of the context, `kept` are in its rows, and `count`
// in this edge's. A source that has the context without this edge still counts, with count 0.
struct Evidence {
  std::int64_t count = 0;
  std::int64_t total = 0;
  std::int64_t kept = 0;
  std::int32_t weight = kOneWeight;
};

struct Fold {
  Wide count = 0;           // S  = sum weight * count, 36 fractional bits
  Wide total = 0;           // T  = sum weight * total, 36
  Wide kept = 0;            // K  = sum weight * kept, 36
  Wide sources = 0;         // M  = sources with count > 0
  Wide log_sum = 0;         // Y1 = sum y, y = 2^16 ln(count / total) rounded, over those sources
  Wide log_square_sum = 0;  // Y2 = sum y^2, 32 fractional bits
  Wide variance_sum = 0;    // V  = sum of (1 - p) / (total p), the variance of ln p, 16, floored
  Wide witness_count = 0;   // S_eff = sum count * min(total, cap) / total, 20, floored
  Wide witness_total = 0;   // T_eff = sum min(total, cap), 20

  bool operator==(const Fold&) const = default;
};

// kOutOfRange unless 0 <= count <= kept <= total and weight >= 0. O(1).
Status add(Fold& fold, const Evidence& row);

// The fold of the rows of both. O(1).
Fold combine(const Fold& a, const Fold& b) noexcept;

}  // namespace hartonomous::core::graph
