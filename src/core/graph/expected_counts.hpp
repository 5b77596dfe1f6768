// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model expects after each place of a text, added up by the words before it: the counts that
// an n-gram model would have seen had the model written, at every place, all that it might
// (Suresh, Roark and Riley, Computational Linguistics 47:2, 2021). A place says as much as seven
// words drawn from the model would.
//
// Evidence is in whole numbers, so the order of the places does not matter. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/graph/symbol_table.hpp"

namespace hartonomous::core::graph {

class ExpectedCounts {
 public:
  static constexpr std::int64_t kUnit = 1 << 20;  // one place

  // n-grams of up to `order` words. REQUIRES: order >= 1.
  explicit ExpectedCounts(std::uint32_t order);

  struct Continuation {
    Symbol target;
    double probability;
  };
  // One place: the words before it, the nearest last, and what may follow, no word twice. What
  // these leave of 1 is for words that are not named. Words before kUnknown are not looked at.
  // O(order (1 + named)) amortised over the sorting.
  void add(std::span<const Symbol> history, std::span<const Continuation> named,
           Checkpoint& checkpoint);

  // Takes edges with less evidence than that away, to what is not named: a threshold on evidence
  // keeps far more of it in as many edges than the best few of each context. To be called once,
  // after the last place. O(edges).
  void drop_below(std::int64_t least, Checkpoint& checkpoint);

  struct Context {
    std::uint32_t suffix;  // the context without its first word; a lesser number
    Symbol word;           // its first word
    std::uint32_t length;  // words
    std::int64_t total = 0;
    std::int64_t named = 0;          // of it, by its edges
    std::size_t begin = 0, end = 0;  // its edges
  };
  struct Edge {
    std::uint32_t context;
    Symbol target;
    std::int64_t evidence;
  };
  // After drop_below(). The first context is the empty one.
  std::span<const Context> contexts() const noexcept { return contexts_; }
  std::span<const Edge> edges() const noexcept { return edges_; }  // by context, then target

  // The distribution of what follows: from the empty context on, each longer one's evidence and mu
  // places of the shorter one's distribution; below the empty one all are equally likely. Sums to 1
  // over `out`, which has a place for each symbol. O(symbols order). REQUIRES: after drop_below().
  void distribution(std::span<const Symbol> history, double mu, std::span<double> out) const;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t longer(std::uint32_t suffix, Symbol word) const;  // kNone if there is none
  std::uint32_t make_longer(std::uint32_t suffix, Symbol word);
  void merge_equal(Checkpoint& checkpoint);

  std::uint32_t order_;
  std::vector<Context> contexts_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  // by suffix and word
  std::vector<Edge> edges_;
  std::size_t merged_ = 0;  // so many edges were there after the last merging
};

}  // namespace hartonomous::core::graph
