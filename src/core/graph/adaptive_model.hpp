// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The whole stack: a language model, models of the same corpus with gaps, models of single domains,
// and caches of the text being read (core/graph/mixture_reader.hpp). A Reader goes through a text
// word by word and says at each place how likely a word is and which are likeliest.
//
// Models, in the order of the weights:
//   1           the main model
//   gaps        gap g = 1, 2, ...: the model counted with g words left out (NgramCounter)
//   others      further models over the same symbols, such as a domain's own
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "core/graph/mixture_reader.hpp"

namespace hartonomous::core::graph {

// What a Reader consults. The models and weights must outlive it.
struct ModelStack {
  const LanguageModel* main = nullptr;
  std::vector<const LanguageModel*> gaps;    // orders at most the main model's
  std::vector<const LanguageModel*> others;  // same vocabulary
  std::vector<std::uint32_t> windows;        // of the caches, in words
  bool forgets_sentences = false;            // clear the caches where a sentence begins

  std::uint32_t components() const noexcept {
    return mixture_components(1 + gaps.size() + others.size(), windows.size());
  }
  std::uint32_t buckets() const noexcept { return main->order() * kBucketsPerLength; }
};

// Not thread-safe: answers keep notes for the next.
class Reader {
 public:
  // At the beginning of a document. REQUIRES: weights.components = stack.components() and
  // weights.buckets = stack.buckets(), or `weights` is null and only components() is asked.
  Reader(const ModelStack& stack, const MixtureWeights* weights);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Goes on by a word; kEnd ends the sentence and begins the next.
  void read(Symbol word);

  // What the mixture says here. Valid until the next read().
  MixtureReader& here() noexcept { return mixture_; }

 private:
  // One of the stack's models, at the place read to.
  class Placed final : public PlacedModel {
   public:
    explicit Placed(const LanguageModel& model) : model_(&model), context_(model.begin()) {}
    Context context() const noexcept { return context_; }
    void go_to(Context context) noexcept {
      context_ = context;
      walk_.reset();
    }
    void read(Symbol word) noexcept { go_to(model_->advance(context_, word)); }
    void begin_sentence() noexcept { go_to(model_->begin()); }
    std::uint32_t order() const noexcept { return model_->order(); }

    double probability(Symbol word) override { return model_->score(context_, word).probability; }
    void rewind() override { walk_.emplace(*model_, context_); }
    bool next(Prediction& out) override { return walk_->next(out); }
    double bound() override { return walk_->bound(); }

   private:
    const LanguageModel* model_;
    Context context_;
    std::optional<RankedWalk> walk_;
  };

  static std::vector<Placed> place(const ModelStack& stack);
  std::vector<PlacedModel*> models() noexcept;
  void begin_sentence() noexcept;
  void settle() noexcept;

  const ModelStack* stack_;
  std::vector<Placed> placed_;    // main, gaps, others
  std::deque<Context> contexts_;  // of the main model after the last words of the sentence
  MixtureReader mixture_;
};

}  // namespace hartonomous::core::graph
