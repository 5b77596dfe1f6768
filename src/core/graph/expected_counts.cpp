// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/expected_counts.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/base/interruptible_sort.hpp"

namespace hartonomous::core::graph {

namespace {

// Edges added between two mergings, at least.
constexpr std::size_t kPending = 1 << 20;

std::uint64_t key(std::uint32_t suffix, Symbol word) noexcept {
  return std::uint64_t{suffix} << 32 | word;
}

bool before(const ExpectedCounts::Edge& a, const ExpectedCounts::Edge& b) noexcept {
  return std::tie(a.context, a.target) < std::tie(b.context, b.target);
}

}  // namespace

ExpectedCounts::ExpectedCounts(std::uint32_t order) : order_(order), contexts_{{0, kUnknown, 0}} {}

std::uint32_t ExpectedCounts::longer(std::uint32_t suffix, Symbol word) const {
  const auto found = numbers_.find(key(suffix, word));
  return found == numbers_.end() ? kNone : found->second;
}

std::uint32_t ExpectedCounts::make_longer(std::uint32_t suffix, Symbol word) {
  const auto number = static_cast<std::uint32_t>(contexts_.size());
  const auto [entry, is_new] = numbers_.try_emplace(key(suffix, word), number);
  if (is_new) contexts_.push_back({suffix, word, contexts_[suffix].length + 1});
  return entry->second;
}

void ExpectedCounts::add(std::span<const Symbol> history, std::span<const Continuation> named,
                         Checkpoint& checkpoint) {
  std::uint32_t context = 0;
  for (std::uint32_t length = 0;; ++length) {
    contexts_[context].total += kUnit;
    for (const Continuation& next : named) {
      const std::int64_t evidence = std::llround(next.probability * static_cast<double>(kUnit));
      if (evidence > 0) edges_.push_back({context, next.target, evidence});
    }
    if (length + 1 == order_ || length == history.size()) break;
    const Symbol word = history[history.size() - 1 - length];
    if (word == kUnknown) break;
    context = make_longer(context, word);
  }
  if (edges_.size() > 2 * merged_ + kPending) merge_equal(checkpoint);
}

void ExpectedCounts::merge_equal(Checkpoint& checkpoint) {
  interruptible_sort(edges_, before, checkpoint);
  std::size_t kept = 0;
  for (const Edge& edge : edges_) {
    if (kept > 0 && !before(edges_[kept - 1], edge)) {
      edges_[kept - 1].evidence += edge.evidence;
    } else {
      edges_[kept++] = edge;
    }
  }
  edges_.resize(kept);
  merged_ = kept;
}

void ExpectedCounts::drop_below(std::int64_t least, Checkpoint& checkpoint) {
  merge_equal(checkpoint);
  std::erase_if(edges_, [&](const Edge& edge) { return edge.evidence < least; });
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    Context& context = contexts_[edges_[i].context];
    if (context.named == 0) context.begin = i;
    context.end = i + 1;
    context.named += edges_[i].evidence;
  }
}

void ExpectedCounts::distribution(std::span<const Symbol> history, double mu,
                                  std::span<double> out) const {
  std::ranges::fill(out, 1.0 / static_cast<double>(out.size()));
  std::uint32_t number = 0;
  for (std::size_t length = 0; number != kNone; ++length) {
    const Context& context = contexts_[number];
    const double unit = static_cast<double>(kUnit);
    const double total = static_cast<double>(context.total) / unit;
    const double left = mu + total - static_cast<double>(context.named) / unit;
    for (double& probability : out) probability *= left / (total + mu);
    for (std::size_t i = context.begin; i < context.end; ++i) {
      out[edges_[i].target] += static_cast<double>(edges_[i].evidence) / unit / (total + mu);
    }
    if (length == history.size()) break;
    number = longer(number, history[history.size() - 1 - length]);
  }
}

}  // namespace hartonomous::core::graph
