// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An upper bound of every pair's count, in a few megabytes whatever the number of pairs: one
// counter for all pairs of the same hash. Rare pairs, nearly all there are, are told from the
// others by it and need no record. A count-min sketch of one row: Cormode and Muthukrishnan, "An
// improved data stream summary", 2005.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/cpe/active_pairs.hpp"
#include "core/cpe/corpus_cells.hpp"

namespace hartonomous::core::cpe {

class PairSketch {
 public:
  // REQUIRES: each symbol of the corpus has one cell. The corpus must outlive the sketch.
  PairSketch(const CorpusCells& corpus, Checkpoint& checkpoint);

  // Counters that are not zero: at most the number of distinct pairs.
  std::size_t occupied() const noexcept { return occupied_; }
  // About the highest count, and not more than it, that `wanted` counters reach; 1 if fewer are
  // occupied.
  std::uint64_t count_reached_by(std::size_t wanted) const noexcept;

  // Calls visit(at) for each place, in order, whose pair may have a count of `threshold` or more.
  template <class Visit>
  void for_each_place(std::uint64_t threshold, Visit&& visit) const {
    const std::vector<Cell>& cells = corpus_.cells;
    const std::vector<std::uint64_t> reached = reached_by(threshold);
    // Found first and visited later, so that a wrong guess of the one does not hold up the other.
    std::array<std::uint32_t, kBatch> found;
    for (std::size_t begin = 0; begin + 1 < cells.size(); begin += kBatch) {
      const std::size_t end = std::min(begin + kBatch, cells.size() - 1);
      std::size_t count = 0;
      for (std::size_t at = begin; at < end; ++at) {
        const std::uint32_t left = cells[at].symbol, right = cells[at + 1].symbol;
        const std::size_t slot = slot_of(left, right);
        found[count] = static_cast<std::uint32_t>(at);
        count += static_cast<std::size_t>(left != kBoundary) &
                 static_cast<std::size_t>(right != kBoundary) & reached[slot / 64] >> slot % 64;
      }
      for (std::size_t i = 0; i < count; ++i) visit(found[i]);
    }
  }

 private:
  static constexpr std::uint64_t kMost = 0xffffffff;
  static constexpr std::size_t kBatch = 256;

  std::size_t slot_of(std::uint32_t left, std::uint32_t right) const noexcept {
    return static_cast<std::size_t>(ActivePairs::hash(ActivePairs::key_of(left, right)) >> shift_);
  }
  // A bit for each counter: small enough to stay near the processor.
  std::vector<std::uint64_t> reached_by(std::uint64_t threshold) const;

  const CorpusCells& corpus_;
  unsigned shift_;
  std::vector<std::uint32_t> counters_;  // none goes above kMost
  std::size_t occupied_ = 0;
  std::array<std::size_t, 128> of_size_{};  // counters by their three highest bits
};

}  // namespace hartonomous::core::cpe
