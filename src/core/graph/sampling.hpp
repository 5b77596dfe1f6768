// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Drawing the next word. The random numbers are a function of seed and position alone, so a draw
// can be repeated, and resumed in the middle, anywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/graph/language_model.hpp"

namespace hartonomous::core::graph {

struct SamplingOptions {
  std::uint32_t top_k = 50;  // only the likeliest top_k words, >= 1
  double top_p = 1;          // of those only the likeliest that together have this share, > 0
  double temperature = 1;    // probabilities to the power 1/temperature; 0: always the likeliest
  std::uint64_t seed = 0;
};

// kInvalidArgument unless every option is in its range.
Status check(const SamplingOptions& options);

// The place in `words`, which are the top_k likeliest, likeliest first, of the word drawn at
// position `index`. Order of steps: temperature, then top_p, then the draw. With a temperature of
// 1 or 0 the choice is the same on every machine; others ask the mathematics library for powers.
// REQUIRES: options checked, words not empty. O(top_k).
std::size_t draw(std::span<const Prediction> words, const SamplingOptions& options,
                 std::uint64_t index);

// Words drawn one after the other from a source with top(k, predictions) and read(word), such as a
// Reader, until kEnd (which is not among the result) or `limit` words. The unknown word is never
// drawn. REQUIRES: options checked.
template <class Source>
std::vector<Symbol> generate(Source& source, std::uint32_t limit, const SamplingOptions& options,
                             Checkpoint& checkpoint) {
  std::vector<Symbol> text;
  std::vector<Prediction> words;
  while (text.size() < limit) {
    checkpoint.reached(1);
    source.top(std::size_t{options.top_k} + 1, words);
    std::erase_if(words, [](const Prediction& p) { return p.word == kUnknown; });
    if (words.size() > options.top_k) words.resize(options.top_k);
    if (words.empty()) break;
    const Symbol word = words[draw(words, options, text.size())].word;
    source.read(word);
    if (word == kEnd) break;
    text.push_back(word);
  }
  return text;
}

// A language model alone as a source for generate().
class ModelSource {
 public:
  ModelSource(const LanguageModel& model, Context context) noexcept
      : model_(&model), context_(context) {}
  void top(std::size_t k, std::vector<Prediction>& out) const { model_->top(context_, k, out); }
  void read(Symbol word) { context_ = model_->advance(context_, word); }

 private:
  const LanguageModel* model_;
  Context context_;
};

}  // namespace hartonomous::core::graph
