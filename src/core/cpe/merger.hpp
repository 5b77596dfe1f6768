// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Merging as it is defined: always the lowest rank, and of equal ranks the leftmost. Exact for
// every vocabulary. Keeps its working memory between calls; one per thread.
#pragma once

#include <span>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/cpe/compact_pairs.hpp"

namespace hartonomous::core::cpe {

class Merger {
 public:
  // Merges `tokens` in place until no two neighbours merge and returns how many are left, at the
  // front. O(n²) moves of small n up to 32 tokens, else O(n log n).
  std::size_t merge(const PairTable& pairs, std::span<TokenId> tokens, Checkpoint& checkpoint);
  std::size_t merge(const CompactPairs& pairs, std::span<TokenId> tokens, Checkpoint& checkpoint);

 private:
  struct Node {
    std::uint32_t previous, next;  // positions; kEnd = none
    TokenId token;                 // kNoToken once merged away
  };
  struct Candidate {
    std::uint32_t rank, position;
    TokenId left, right, result;
  };
  static constexpr std::uint32_t kEnd = 0xffffffff;

  template <class Pairs>
  std::size_t merge_long(const Pairs& pairs, std::span<TokenId> tokens, Checkpoint& checkpoint);
  template <class Pairs>
  void consider(const Pairs& pairs, std::uint32_t position);

  std::vector<Node> nodes_;
  std::vector<Candidate> heap_;
};

}  // namespace hartonomous::core::cpe
