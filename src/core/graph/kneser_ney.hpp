// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Interpolated modified Kneser-Ney smoothing (Chen and Goodman 1999, as estimated by Heafield et
// al. 2013).
//
// Let a(hw) be the adjusted count: at the highest level and for n-grams at the beginning of a
// sentence the count itself, elsewhere the number of distinct words seen before hw. With t_k the
// number of entries of a level with a = k and Y = t_1 / (t_1 + 2 t_2), the level's discounts are
//   D_k = k - (k + 1) Y t_(k+1) / t_k   for k = 1, 2, 3, and D_3 for all a > 3;
// where that is undefined or outside 0 .. k, all three are 0.5, 1, 1.5. Then
//   p(w|h) = (a(hw) - D(a(hw))) / sum_x a(hx)  +  backoff(h) p(w|h')
//   backoff(h) = sum_x D(a(hx)) / sum_x a(hx), 1 for a context without entries,
// where h' is h without its first word, and below the unigrams p = 1 / (vocabulary - 1): all
// symbols but kBegin, whose own probability is 0.
//
// Sums run in entry order in doubles without fused operations: the same bits on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/graph/ngram_counts.hpp"

namespace hartonomous::core::graph {

struct Discounts {
  std::array<double, 4> of{};  // by adjusted count 0, 1, 2, 3 and more
  bool is_fallback = false;    // the corpus was too small or too odd to estimate them
};

struct KneserNey {
  struct Level {
    Discounts discounts;
    std::vector<double> probability;  // p(word | context) of each entry, interpolated
    std::vector<double> backoff;      // of each context
  };
  std::vector<Level> levels;  // as those of the counts
};

// O(entries) time, 16 bytes an entry.
KneserNey estimate_kneser_ney(const NgramCounts& counts, Checkpoint& checkpoint);

}  // namespace hartonomous::core::graph
