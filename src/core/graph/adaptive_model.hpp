// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The whole stack: a language model, models of the same corpus with gaps, models of single domains,
// and caches of the text being read, added with the weights of a mixture. A Reader goes through a
// text word by word and says at each place how likely a word is and which are likeliest.
//
// Components, in the order of the weights:
//   1           the main model
//   gaps        gap g = 1, 2, ...: the model counted with g words left out (NgramCounter)
//   others      further models over the same symbols, such as a domain's own
//   per window  the cache's words; words after one word, (c + p) / (n + 1); words after two,
//               (c + p/2) / (n + 1/2), with p the main model's probability
// Each sums to 1 over the vocabulary, so does the mixture. An empty cache gives way to p. The
// mixture is sharpened by the weights' exponent, which keeps the order of the words.
#pragma once

#include <cstdint>
#include <array>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "core/graph/language_model.hpp"
#include "core/graph/mixture.hpp"
#include "core/graph/recent_text.hpp"

namespace hartonomous::core::graph {

// What a Reader consults. The models and weights must outlive it.
struct ModelStack {
  const LanguageModel* main = nullptr;
  std::vector<const LanguageModel*> gaps;    // orders at most the main model's
  std::vector<const LanguageModel*> others;  // same vocabulary
  std::vector<std::uint32_t> windows;        // of the caches, in words
  bool forgets_sentences = false;            // clear the caches where a sentence begins

  std::uint32_t components() const noexcept {
    return static_cast<std::uint32_t>(1 + gaps.size() + others.size() + 3 * windows.size());
  }
  std::uint32_t buckets() const noexcept { return main->order() * kBucketsPerLength; }
};

// Not thread-safe: answers keep notes for the next.
class Reader {
 public:
  // At the beginning of a document. REQUIRES: weights.components = stack.components() and
  // weights.buckets = stack.buckets(), or `weights` is null and only components() is asked.
  Reader(const ModelStack& stack, const MixtureWeights* weights);

  // Goes on by a word; kEnd ends the sentence and begins the next.
  void read(Symbol word);

  std::uint32_t bucket() const noexcept;
  // The probability each component gives to `word`; `out` has stack.components() places.
  void components(Symbol word, std::span<double> out) const;
  double probability(Symbol word) const;
  // What the mixture gives before it is sharpened to `word` and to the likeliest words.
  HeadSample head_sample(Symbol word) const;

  // The k likeliest words, likeliest first, smaller symbols first among equals. Exact: lists of
  // all components are read in turn, best first, until no word that was not yet seen can be better
  // than the k-th (the threshold algorithm, Fagin, Lotem and Naor 2001).
  void top(std::size_t k, std::vector<Prediction>& out) const;

 private:
  using Found = std::array<const CountedWords*, RecentText::kLongest>;
  struct Lists;  // being read by likeliest()
  void begin_sentence();
  Context gap_context(std::size_t gap) const noexcept;
  double mix(Symbol word, std::span<const double> weights) const;
  Lists lists(std::span<const double> weights) const;
  void likeliest(std::size_t k, std::vector<Prediction>& out) const;
  void set_head(std::span<const Prediction> words) const;

  const ModelStack* stack_;
  const MixtureWeights* weights_;
  std::deque<Context> contexts_;  // of the main model after the last words of the sentence
  std::vector<Context> other_contexts_;
  std::vector<RecentText> caches_;
  std::vector<Found> found_;  // what each cache has after the words read
  mutable std::vector<double> given_;
  mutable std::optional<Head> head_;  // once asked for, until the next word is read
};

}  // namespace hartonomous::core::graph
