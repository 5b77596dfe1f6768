// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Small random corpora and models of them.
#pragma once

#include <random>
#include <vector>

#include "core/graph/language_model.hpp"

namespace hartonomous::core::graph {

using Gram = std::vector<Symbol>;
using Corpus = std::vector<Gram>;

// Sentences of up to 11 words, small symbols more often, some sentences repeated.
inline Corpus random_corpus(std::mt19937& random, Symbol words, int sentences) {
  Corpus corpus;
  for (int i = 0; i < sentences; ++i) {
    if (i > 0 && random() % 5 == 0) {
      corpus.push_back(corpus[random() % corpus.size()]);
      continue;
    }
    Gram sentence(random() % 12);
    for (Symbol& s : sentence) s = kFirstWord + random() % (1 + random() % words);
    corpus.push_back(sentence);
  }
  return corpus;
}

inline NgramCounter counter_of(const Corpus& corpus, std::uint32_t order) {
  NgramCounter counter(order);
  for (const Gram& sentence : corpus) counter.add_sentence(sentence);
  return counter;
}

// REQUIRES: a corpus of proper words below `vocabulary`.
inline LanguageModel model_of(const Corpus& corpus, std::uint32_t order, std::uint32_t vocabulary,
                              std::uint32_t gap = 0) {
  NoCheckpoint checkpoint;
  const auto counts = counter_of(corpus, order).finish_with_gap(vocabulary, gap, checkpoint);
  return {counts.value(), estimate_kneser_ney(counts.value(), checkpoint), checkpoint};
}

}  // namespace hartonomous::core::graph
