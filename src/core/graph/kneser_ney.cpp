// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/kneser_ney.hpp"

#include <algorithm>

namespace hartonomous::core::graph {

namespace {

constexpr std::size_t kStride = 1 << 16;  // elements between two checkpoints

using Counts = std::vector<std::uint64_t>;

// Distinct words before each entry of a level, from the level above; 0 becomes the plain count.
Counts adjusted_counts(const NgramLevel& level, const NgramLevel& above, Checkpoint& checkpoint) {
  Counts adjusted(level.entries(), 0);
  for (std::size_t e = 0; e < above.shorter.size(); ++e) {
    if (e % kStride == 0) checkpoint.reached(0);
    ++adjusted[above.shorter[e]];
  }
  for (std::size_t e = 0; e < adjusted.size(); ++e) {
    if (adjusted[e] == 0) adjusted[e] = level.count[e];
  }
  return adjusted;
}

Discounts discounts_of(const Counts& adjusted) {
  std::array<std::uint64_t, 6> with{};  // entries with adjusted count k; 5 stands for more
  for (const std::uint64_t a : adjusted) ++with[std::min<std::uint64_t>(a, 5)];
  const auto t = [&](int k) { return static_cast<double>(with[k]); };
  Discounts discounts;
  for (int k = 1; k <= 3 && !discounts.is_fallback; ++k) {
    if (with[k] == 0 || with[1] == 0) {
      discounts.is_fallback = true;
      break;
    }
    const double y = t(1) / (t(1) + 2 * t(2));
    discounts.of[k] = k - (k + 1) * y * t(k + 1) / t(k);
    discounts.is_fallback = discounts.of[k] < 0 || discounts.of[k] > k;
  }
  if (discounts.is_fallback) discounts.of = {0, 0.5, 1, 1.5};
  return discounts;
}

KneserNey::Level estimate_level(const NgramLevel& level, const Counts& adjusted,
                                const std::vector<double>& lower, Checkpoint& checkpoint) {
  KneserNey::Level out;
  out.discounts = discounts_of(adjusted);
  out.probability.resize(level.entries());
  out.backoff.resize(level.contexts());
  for (std::uint32_t c = 0; c < level.contexts(); ++c) {
    if (c % kStride == 0) checkpoint.reached(0);
    std::uint64_t total = 0;
    std::array<std::uint64_t, 4> with{};
    for (std::uint32_t e = level.first[c]; e < level.first[c + 1]; ++e) {
      total += adjusted[e];
      ++with[std::min<std::uint64_t>(adjusted[e], 3)];
    }
    double discounted = 0;
    for (int k = 1; k <= 3; ++k) discounted += out.discounts.of[k] * static_cast<double>(with[k]);
    const double backoff = total == 0 ? 1 : discounted / static_cast<double>(total);
    out.backoff[c] = backoff;
    for (std::uint32_t e = level.first[c]; e < level.first[c + 1]; ++e) {
      const double kept = static_cast<double>(adjusted[e]) -
                          out.discounts.of[std::min<std::uint64_t>(adjusted[e], 3)];
      const double own = total == 0 ? 0 : kept / static_cast<double>(total);
      out.probability[e] = own + backoff * lower[level.shorter[e]];
    }
  }
  return out;
}

}  // namespace

KneserNey estimate_kneser_ney(const NgramCounts& counts, Checkpoint& checkpoint) {
  KneserNey model;
  std::vector<double> uniform{1.0 / (counts.vocabulary - 1)};
  for (std::size_t n = 0; n < counts.levels.size(); ++n) {
    const NgramLevel& level = counts.levels[n];
    const bool is_highest = n + 1 == counts.levels.size();
    const Counts adjusted =
        is_highest ? level.count : adjusted_counts(level, counts.levels[n + 1], checkpoint);
    model.levels.push_back(estimate_level(
        level, adjusted, n == 0 ? uniform : model.levels[n - 1].probability, checkpoint));
    if (n == 0) model.levels[0].probability[kBegin] = 0;
  }
  return model;
}

}  // namespace hartonomous::core::graph
