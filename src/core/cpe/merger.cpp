// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/merger.hpp"

#include <algorithm>

namespace hartonomous::core::cpe {

namespace {

constexpr std::size_t kShort = 32;
constexpr std::size_t kPollInterval = 1 << 14;

Merged merged_of(const PairTable& pairs, TokenId left, TokenId right) noexcept {
  return pairs.find(left, right);
}
// The id of the result serves as the rank, and no token as no rank.
Merged merged_of(const CompactPairs& pairs, TokenId left, TokenId right) noexcept {
  static_assert(kNoToken == kNoRank);
  const TokenId result = pairs.find(left, right);
  return {result, result};
}

// Finding the minimum of a few numbers again is cheaper than keeping them in a heap.
template <class Pairs>
std::size_t merge_short(const Pairs& pairs, std::span<TokenId> tokens) noexcept {
  Merged merged[kShort];  // of token i and the one after it
  std::size_t count = tokens.size();
  for (std::size_t i = 0; i + 1 < count; ++i) merged[i] = merged_of(pairs, tokens[i], tokens[i + 1]);
  while (count > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < count; ++i) {
      if (merged[i].rank < merged[best].rank) best = i;
    }
    if (merged[best].rank == kNoRank) break;
    tokens[best] = merged[best].result;
    std::move(tokens.begin() + best + 2, tokens.begin() + count, tokens.begin() + best + 1);
    std::move(merged + best + 1, merged + count - 1, merged + best);
    --count;
    if (best > 0) merged[best - 1] = merged_of(pairs, tokens[best - 1], tokens[best]);
    if (best + 1 < count) merged[best] = merged_of(pairs, tokens[best], tokens[best + 1]);
  }
  return count;
}

}  // namespace

std::size_t Merger::merge(const PairTable& pairs, std::span<TokenId> tokens,
                          Checkpoint& checkpoint) {
  if (tokens.size() <= kShort) return merge_short(pairs, tokens);
  return merge_long(pairs, tokens, checkpoint);
}

std::size_t Merger::merge(const CompactPairs& pairs, std::span<TokenId> tokens,
                          Checkpoint& checkpoint) {
  if (tokens.size() <= kShort) return merge_short(pairs, tokens);
  return merge_long(pairs, tokens, checkpoint);
}

template <class Pairs>
void Merger::consider(const Pairs& pairs, std::uint32_t position) {
  const Node& node = nodes_[position];
  if (node.next == kEnd) return;
  const TokenId right = nodes_[node.next].token;
  const Merged merged = merged_of(pairs, node.token, right);
  if (merged.rank == kNoRank) return;
  heap_.push_back({merged.rank, position, node.token, right, merged.result});
}

// A candidate whose tokens have changed since is skipped when it comes to the top.
template <class Pairs>
std::size_t Merger::merge_long(const Pairs& pairs, std::span<TokenId> tokens,
                               Checkpoint& checkpoint) {
  const auto later = [](const Candidate& a, const Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.position > b.position;
  };
  const auto count = static_cast<std::uint32_t>(tokens.size());
  nodes_.resize(count);
  heap_.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    nodes_[i] = {i == 0 ? kEnd : i - 1, i + 1 == count ? kEnd : i + 1, tokens[i]};
  }
  for (std::uint32_t i = 0; i < count; ++i) consider(pairs, i);
  std::make_heap(heap_.begin(), heap_.end(), later);
  for (std::size_t step = 1; !heap_.empty(); ++step) {
    if (step % kPollInterval == 0) checkpoint.reached(0);
    const Candidate top = heap_.front();
    std::pop_heap(heap_.begin(), heap_.end(), later);
    heap_.pop_back();
    Node& node = nodes_[top.position];
    if (node.token != top.left || node.next == kEnd || nodes_[node.next].token != top.right)
      continue;
    nodes_[node.next].token = kNoToken;
    node.token = top.result;
    node.next = nodes_[node.next].next;
    if (node.next != kEnd) nodes_[node.next].previous = top.position;
    const std::size_t before = heap_.size();
    consider(pairs, top.position);
    if (heap_.size() > before) std::push_heap(heap_.begin(), heap_.end(), later);
    if (node.previous != kEnd) {
      const std::size_t so_far = heap_.size();
      consider(pairs, node.previous);
      if (heap_.size() > so_far) std::push_heap(heap_.begin(), heap_.end(), later);
    }
  }
  std::size_t left = 0;
  for (std::uint32_t i = 0; i != kEnd; i = nodes_[i].next) tokens[left++] = nodes_[i].token;
  return left;
}

}  // namespace hartonomous::core::cpe
