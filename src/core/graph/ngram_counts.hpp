// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How often each n-gram of a corpus occurs, for n = 1 .. order, as flat sorted arrays.
//
// An n-gram is an *entry*: a word after a *context* of n-1 words. The contexts of level n are the
// entries of level n-1, numbered alike, so walking forward through a text follows entry numbers:
// entry e of level n is context e of level n+1. Every entry also knows its *shorter* entry, the
// same words without the first: the back-off link. Sentences are separate; each begins with exactly
// one kBegin, which is a context but is never predicted, and ends with kEnd.
//
//   NgramCounter counter(5);
//   counter.add_sentence(words);                                   // any number of times
//   HARTONOMOUS_TRY(NgramCounts counts, counter.finish(symbols.size(), checkpoint));
//
// Building sorts one level at a time by (context, word): O(tokens * order) time, 40 bytes a token
// beside the result. The same sentences in any order give the same arrays.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/graph/symbol_table.hpp"

namespace hartonomous::core::graph {

inline constexpr std::uint32_t kMaxOrder = 16;

struct NgramLevel {
  std::vector<std::uint32_t> first;            // entries of context c: first[c] .. first[c+1]-1
  std::vector<std::uint32_t> shorter_context;  // of each context: the one without its first word
  std::vector<Symbol> word;                    // of each entry; ascending within a context
  std::vector<std::uint32_t> shorter;          // of each entry: its number in the level below
  std::vector<std::uint64_t> count;            // of each entry: occurrences

  std::uint32_t contexts() const noexcept { return static_cast<std::uint32_t>(first.size() - 1); }
  std::uint32_t entries() const noexcept { return static_cast<std::uint32_t>(word.size()); }
};

// levels[0] holds the unigrams: one context, the empty one, and an entry for every symbol, at its
// own number, occurring or not. levels[0].shorter and the empty context's shorter_context are 0.
struct NgramCounts {
  std::uint32_t vocabulary = kFirstWord;  // symbols 0 .. vocabulary-1
  std::vector<NgramLevel> levels;

  std::uint32_t order() const noexcept { return static_cast<std::uint32_t>(levels.size()); }
};

class NgramCounter {
 public:
  // REQUIRES: 1 <= order <= kMaxOrder
  explicit NgramCounter(std::uint32_t order) : order_(order) {}

  // The words of one sentence, without kBegin and kEnd.
  void add_sentence(std::span<const Symbol> words);
  std::uint64_t tokens() const noexcept { return text_.size(); }

  // kInvalidArgument if a word is kBegin, kEnd or not below `vocabulary`; kLimitExceeded if the
  // corpus has 2^32-1 tokens or more, sentence ends included.
  Result<NgramCounts> finish(std::uint32_t vocabulary, Checkpoint& checkpoint) const {
    return finish_with_gap(vocabulary, 0, checkpoint);
  }
  // The same corpus with `gap` words left out between context and word. The contexts are those of
  // finish(), with their numbers; entries are longer by a context word, not by what they skip.
  Result<NgramCounts> finish_with_gap(std::uint32_t vocabulary, std::uint32_t gap,
                                      Checkpoint& checkpoint) const;

 private:
  Status check(std::uint32_t vocabulary) const;

  std::uint32_t order_;
  std::uint64_t sentences_ = 0;
  std::vector<Symbol> text_;  // kBegin words kEnd kBegin words kEnd ...
};

}  // namespace hartonomous::core::graph
