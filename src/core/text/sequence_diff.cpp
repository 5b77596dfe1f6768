// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A pair of short sequences is settled by the table of their heaviest common subsequence. Longer
// ones are split by patience diff (Bram Cohen): elements that occur once in each side anchor the
// two, their longest increasing subsequence splits the problem, and each gap is treated in the same
// way, for what was frequent in the whole is often unique in a gap.
#include "core/text/sequence_diff.hpp"

#include <algorithm>
#include <unordered_map>

namespace hartonomous::core::text {

namespace {

constexpr int kMostLevels = 32;  // of splitting by anchors; below the last nothing is looked for

struct Gap {
  std::size_t a_begin, a_end, b_begin, b_end;
  int level;
};

class Matcher {
 public:
  Matcher(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b,
          std::span<const std::uint64_t> weights, Checkpoint& checkpoint)
      : a_(a), b_(b), weights_(weights), checkpoint_(checkpoint) {}

  std::vector<MatchingStretch> run() {
    std::vector<Gap> open{{0, a_.size(), 0, b_.size(), 0}};
    while (!open.empty()) {
      Gap gap = open.back();
      open.pop_back();
      checkpoint_.reached(0);
      trim(gap);
      if (gap.a_begin == gap.a_end || gap.b_begin == gap.b_end) continue;
      if (gap.a_end - gap.a_begin <= kMostCells / (gap.b_end - gap.b_begin)) {
        settle(gap);
      } else if (gap.level < kMostLevels) {
        split(gap, increasing(unique_in_both(gap)), open);
      }
    }
    return joined();
  }

 private:
  struct Anchor {
    std::size_t a, b;
  };

  void poll(std::size_t step) {
    constexpr std::size_t kSteps = 1 << 14;
    if (step % kSteps == 0) checkpoint_.reached(0);
  }
  void match(std::size_t a, std::size_t b, std::size_t length) {
    if (length > 0) found_.push_back({a, b, length});
  }
  void trim(Gap& gap) {
    std::size_t same = 0;
    while (gap.a_begin + same < gap.a_end && gap.b_begin + same < gap.b_end &&
           a_[gap.a_begin + same] == b_[gap.b_begin + same]) {
      ++same;
    }
    match(gap.a_begin, gap.b_begin, same);
    gap.a_begin += same;
    gap.b_begin += same;
    same = 0;
    while (gap.a_end - same > gap.a_begin && gap.b_end - same > gap.b_begin &&
           a_[gap.a_end - same - 1] == b_[gap.b_end - same - 1]) {
      ++same;
    }
    gap.a_end -= same;
    gap.b_end -= same;
    match(gap.a_end, gap.b_end, same);
  }

  // In order of b.
  std::vector<Anchor> unique_in_both(const Gap& gap) {
    struct Seen {
      std::size_t a = 0, in_a = 0, in_b = 0;
    };
    std::unordered_map<std::uint64_t, Seen> seen;
    seen.reserve(gap.a_end - gap.a_begin);
    for (std::size_t i = gap.a_begin; i < gap.a_end; ++i) {
      Seen& s = seen[a_[i]];
      s.a = i;
      ++s.in_a;
      poll(i);
    }
    for (std::size_t i = gap.b_begin; i < gap.b_end; ++i) {
      if (const auto found = seen.find(b_[i]); found != seen.end()) ++found->second.in_b;
      poll(i);
    }
    std::vector<Anchor> anchors;
    for (std::size_t i = gap.b_begin; i < gap.b_end; ++i) {
      const auto found = seen.find(b_[i]);
      if (found != seen.end() && found->second.in_a == 1 && found->second.in_b == 1) {
        anchors.push_back({found->second.a, i});
      }
      poll(i);
    }
    return anchors;
  }

  // The longest subsequence whose places in a ascend too.
  static std::vector<Anchor> increasing(const std::vector<Anchor>& anchors) {
    constexpr std::size_t kNone = ~std::size_t{0};
    std::vector<std::size_t> last;  // last[k] ends the best one of k + 1 anchors
    std::vector<std::size_t> before(anchors.size(), kNone);
    for (std::size_t i = 0; i < anchors.size(); ++i) {
      const auto at = std::ranges::lower_bound(last, anchors[i].a, {},
                                               [&](std::size_t k) { return anchors[k].a; });
      if (at != last.begin()) before[i] = *(at - 1);
      if (at == last.end()) {
        last.push_back(i);
      } else {
        *at = i;
      }
    }
    std::vector<Anchor> best;
    if (!last.empty()) {
      for (std::size_t i = last.back(); i != kNone; i = before[i]) best.push_back(anchors[i]);
    }
    std::ranges::reverse(best);
    return best;
  }

  void split(const Gap& gap, const std::vector<Anchor>& anchors, std::vector<Gap>& open) {
    if (anchors.empty()) return;
    std::size_t a = gap.a_begin, b = gap.b_begin;
    for (const Anchor& anchor : anchors) {
      open.push_back({a, anchor.a, b, anchor.b, gap.level + 1});
      match(anchor.a, anchor.b, 1);
      a = anchor.a + 1;
      b = anchor.b + 1;
    }
    open.push_back({a, gap.a_end, b, gap.b_end, gap.level + 1});
  }

  // By the table of the weights of the heaviest common subsequences of all suffixes.
  void settle(const Gap& gap) {
    const std::size_t n = gap.a_end - gap.a_begin, m = gap.b_end - gap.b_begin;
    std::vector<std::uint64_t> table((n + 1) * (m + 1));
    const auto cell = [&](std::size_t i, std::size_t j) -> std::uint64_t& {
      return table[i * (m + 1) + j];
    };
    for (std::size_t i = n; i-- > 0;) {
      const std::uint64_t weight = weights_[gap.a_begin + i];
      for (std::size_t j = m; j-- > 0;) {
        cell(i, j) = a_[gap.a_begin + i] == b_[gap.b_begin + j]
                         ? cell(i + 1, j + 1) + weight
                         : std::max(cell(i + 1, j), cell(i, j + 1));
      }
    }
    checkpoint_.reached(0);
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
      if (a_[gap.a_begin + i] == b_[gap.b_begin + j]) {
        match(gap.a_begin + i++, gap.b_begin + j++, 1);
      } else if (cell(i + 1, j) >= cell(i, j + 1)) {
        ++i;
      } else {
        ++j;
      }
    }
  }

  std::vector<MatchingStretch> joined() {
    std::ranges::sort(found_, {}, &MatchingStretch::a_begin);
    std::vector<MatchingStretch> all;
    for (const MatchingStretch& next : found_) {
      if (!all.empty() && all.back().a_begin + all.back().length == next.a_begin &&
          all.back().b_begin + all.back().length == next.b_begin) {
        all.back().length += next.length;
      } else {
        all.push_back(next);
      }
    }
    return all;
  }

  std::span<const std::uint64_t> a_, b_, weights_;
  Checkpoint& checkpoint_;
  std::vector<MatchingStretch> found_;
};

}  // namespace

std::vector<MatchingStretch> match_sequences(std::span<const std::uint64_t> a,
                                             std::span<const std::uint64_t> b,
                                             std::span<const std::uint64_t> a_weights,
                                             Checkpoint& checkpoint) {
  return Matcher(a, b, a_weights, checkpoint).run();
}

}  // namespace hartonomous::core::text
