// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Several models of one language and caches of the text being read, added with the weights of a
// mixture: how likely a word is at a place of a text, and which words are likeliest there.
//
// Components, in the order of the weights:
//   models      the first is the main one
//   per window  the cache's words; words after one word, (c + p) / (n + 1); words after two,
//               (c + p/2) / (n + 1/2), with p the main model's probability
// Each sums to 1 over the vocabulary, so does the mixture. An empty cache gives way to p. The
// mixture is sharpened by the weights' exponent, which keeps the order of the words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/graph/language_model.hpp"
#include "core/graph/mixture.hpp"
#include "core/graph/recent_text.hpp"

namespace hartonomous::core::graph {

// A model at one place of a text, wherever it is kept. All models of a mixture share the symbols.
class PlacedModel {
 public:
  virtual ~PlacedModel() = default;
  virtual double probability(Symbol word) = 0;
  // Lets next() begin anew.
  virtual void rewind() = 0;
  // The words, likeliest first, each once; false at the end.
  virtual bool next(Prediction& out) = 0;
  // At least the probability of every word that next() has not given; 0 at the end.
  virtual double bound() = 0;
};

// Components of a mixture of `models` models with caches over `windows` words.
inline std::uint32_t mixture_components(std::size_t models, std::size_t windows) noexcept {
  return static_cast<std::uint32_t>(models + RecentText::kLongest * windows);
}

// Not thread-safe: answers keep notes for the next.
class MixtureReader {
 public:
  // Caches are empty. REQUIRES: models not empty, and living longer; weights.components =
  // mixture_components(), or `weights` is null and only components() is asked.
  MixtureReader(std::vector<PlacedModel*> models, std::span<const std::uint32_t> windows,
                const MixtureWeights* weights);

  // Puts words into the caches. O(words) for each window that they do not fill, else O(window).
  void read(std::span<const Symbol> words);
  // Empties the caches.
  void forget() noexcept;
  // The models have gone on to a place whose context falls into `bucket`. REQUIRED after each
  // read() and before the first question.
  void move_to(std::uint32_t bucket) noexcept;

  std::uint32_t bucket() const noexcept { return bucket_; }
  // The probability each component gives to `word`; `out` has a place for each.
  void components(Symbol word, std::span<double> out);
  double probability(Symbol word);
  // What the mixture gives before it is sharpened to `word` and to the likeliest words.
  HeadSample head_sample(Symbol word);

  // The k likeliest words, likeliest first, smaller symbols first among equals. Exact: lists of
  // all components are read in turn, best first, until no word that was not yet seen can be better
  // than the k-th (the threshold algorithm, Fagin, Lotem and Naor 2001).
  void top(std::size_t k, std::vector<Prediction>& out);

 private:
  // The mixture at this place, each model and each count with all that it contributes.
  struct Counted {
    const CountedWords* words;
    double worth;  // of one count
  };
  void prepare();
  double from_caches(Symbol word) const noexcept;
  double mix(Symbol word);
  void likeliest(std::size_t k, std::vector<Prediction>& out);
  void set_head(std::span<const Prediction> words);

  std::vector<PlacedModel*> models_;
  std::vector<RecentText> caches_;
  const MixtureWeights* weights_;
  std::uint32_t bucket_ = 0;
  bool is_prepared_ = false;
  std::vector<double> model_weight_;
  std::vector<Counted> counted_;
  std::optional<Head> head_;  // once asked for, until the next place
};

}  // namespace hartonomous::core::graph
