// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A back-off language model ready to be asked: how likely is a word after a context, and which
// words are likeliest.
//
// A Context is the longest known end of what was read so far, at most order - 1 words; advance() or
// score() moves it on. Asking walks from it through ever shorter contexts until one is found in
// which the word has an entry: p = (product of the back-off weights passed) * (the entry's p).
// At most `order` probes of one hash table, the last level read directly.
//
// Probabilities are kept as float, products are formed in double in that order. Immutable once
// built, so it may be read by several threads. Memory: about 36 bytes an entry.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/graph/kneser_ney.hpp"
#include "core/graph/ngram_counts.hpp"

namespace hartonomous::core::graph {

// A context of `length` words: context number `index` of level length + 1. {0, 0} is the empty one.
struct Context {
  std::uint32_t length = 0;
  std::uint32_t index = 0;
  bool operator==(const Context&) const = default;
};

struct Score {
  double probability;
  Context next;           // the context after the word
  std::uint32_t matched;  // words of the context that the entry found has, 0 .. order-1
};

struct Prediction {
  Symbol word;
  double probability;
  bool operator==(const Prediction&) const = default;
};

class LanguageModel {
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};  // not a context and word

 public:
  // REQUIRES: `estimate` comes from `counts`.
  LanguageModel(const NgramCounts& counts, const KneserNey& estimate, Checkpoint& checkpoint);

  std::uint32_t order() const noexcept { return static_cast<std::uint32_t>(levels_.size()); }
  std::uint32_t vocabulary() const noexcept { return vocabulary_; }

  // The context at the beginning of a sentence.
  Context begin() const noexcept { return {order() > 1 ? 1u : 0u, order() > 1 ? kBegin : 0u}; }
  // The context after `words`; put kBegin first if they begin a sentence.
  Context after(std::span<const Symbol> words) const noexcept;

  // REQUIRES: context from this model, word < vocabulary(). O(order).
  Score score(Context context, Symbol word) const noexcept;
  Context advance(Context context, Symbol word) const noexcept { return score(context, word).next; }

  // score() in steps, for callers that do something else while memory answers: begin with {context,
  // word}, then step() until it is done. Each step reads only what the one before asked for.
  struct Lookup {
    Context context;
    Symbol word;
    double weight = 1;
    std::uint64_t key = kFree;  // being looked for, if not kFree
    std::size_t slot = 0;
  };
  void prefetch(Context context) const noexcept { __builtin_prefetch(&links_[link(context)]); }
  bool step(Lookup& at, Score& done) const noexcept;

  // The context without its first word. REQUIRES: length > 0.
  Context shorter(Context context) const noexcept {
    return {context.length - 1, links_[link(context)].shorter};
  }
  double backoff(Context context) const noexcept { return links_[link(context)].backoff; }

  // The k likeliest words, exact, likeliest first; of equals, the more frequent word, then the
  // smaller symbol. The first k of a RankedWalk.
  void top(Context context, std::size_t k, std::vector<Prediction>& out) const;

  // The entries of one context, likeliest first.
  struct Entry {
    Symbol word;
    float probability;
  };
  std::span<const Entry> entries(Context context) const noexcept;

 private:
  struct Link {  // of each context
    float backoff;
    std::uint32_t shorter;
    std::uint64_t words;  // a bit for each entry's word (see bit_of): most misses need no probe
  };
  static std::uint64_t bit_of(Symbol word) noexcept {
    return std::uint64_t{1} << ((word * 0x9e3779b9u) >> 26);
  }
  struct Level {
    std::uint32_t first_link = 0;        // of its contexts in links_
    std::vector<std::uint32_t> first;    // as NgramLevel::first
    std::vector<Entry> ranked;           // the entries of each context, likeliest first
    std::vector<std::uint32_t> shorter;  // of each entry, for the highest level's next context
  };
  struct Slot {
    std::uint64_t key;  // link << 32 | word, or kFree
    std::uint32_t entry;
    float probability;
  };
  std::uint32_t link(Context context) const noexcept {
    return levels_[context.length].first_link + context.index;
  }
  const Slot* find(std::uint64_t key) const noexcept;
  Score found(double weight, std::uint32_t matched, const Slot& slot) const noexcept;
  Score unigram(double weight, Symbol word) const noexcept;
  void insert(const Slot& slot) noexcept;
  void add_level(const NgramLevel& counts, const KneserNey::Level& estimate,
                 const std::vector<std::uint64_t>& frequency, Checkpoint& checkpoint);
  void index_entries(const NgramCounts& counts, const KneserNey& estimate, Checkpoint& checkpoint);

  std::uint32_t vocabulary_;
  std::vector<Level> levels_;
  std::vector<Link> links_;
  std::vector<float> unigram_;
  std::vector<Slot> slots_;
  int shift_ = 64;
};

// All words after a context, likeliest first, as far as they are wanted. Each context keeps its
// entries in that order; the lists of the context and all shorter ones are merged as the walk goes
// on: O(order) a word, plus a look at all words already out. The model must outlive the walk.
class RankedWalk {
 public:
  RankedWalk(const LanguageModel& model, Context context) noexcept;

  // False at the end. kBegin, which is never predicted, does not come out.
  bool next(Prediction& out);
  // At least the probability of every word still to come; 0 at the end.
  double bound() const noexcept;

 private:
  struct Head {
    std::span<const LanguageModel::Entry> rest;
    double weight;
  };
  bool is_out(Symbol word) const noexcept;

  std::uint32_t vocabulary_;
  std::uint32_t count_ = 0;
  std::array<Head, kMaxOrder> heads_;
  std::vector<Symbol> out_;  // the first words out; after kFew of them, a bit for every word
  std::vector<bool> is_out_;
};

}  // namespace hartonomous::core::graph
