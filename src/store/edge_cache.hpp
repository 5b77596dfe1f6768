// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What the text being read adds to a domain's predictions: the unigrams, bigrams and trigrams of
// its last words, mixed in with the domain's cache_weights. The formulas are those of
// core/graph/adaptive_model.hpp; a probability p of the domain becomes of_model * p + what the
// cache gives the word.
#pragma once

#include <unordered_map>

#include "core/graph/recent_text.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

class TextCache {
 public:
  static constexpr std::uint32_t kWindow = 500;  // words

  // `weights`: of unigrams, bigrams and trigrams; what is left of 1 is the domain's.
  explicit TextCache(std::span<const double> weights);

  // Words by their atoms; all unknown words are one.
  void read(std::int64_t word);

  // What a probability of the domain counts here.
  double of_model() const noexcept { return of_model_; }
  // What is added to it for `word`.
  double extra(std::int64_t word) const;
  // The words to which something is added, most first; equals by atom.
  struct Extra {
    std::int64_t word;
    double probability;
  };
  std::vector<Extra> extras() const;

 private:
  core::graph::Symbol symbol(std::int64_t word);
  double share(std::uint32_t n, core::graph::Symbol word) const;
  void look();

  double weights_[core::graph::RecentText::kLongest];
  double own_weight_ = 1, of_model_ = 1;
  core::graph::RecentText text_{kWindow};
  std::unordered_map<std::int64_t, core::graph::Symbol> symbols_;
  std::vector<std::int64_t> words_;
  const core::graph::CountedWords* after_[core::graph::RecentText::kLongest] = {};
};

}  // namespace hartonomous::store
