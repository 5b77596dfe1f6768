// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/adaptive_model.hpp"

namespace hartonomous::core::graph {

Reader::Reader(const ModelStack& stack, const MixtureWeights* weights)
    : stack_(&stack), placed_(place(stack)), mixture_(models(), stack.windows, weights) {
  begin_sentence();
  settle();
}

std::vector<Reader::Placed> Reader::place(const ModelStack& stack) {
  std::vector<Placed> placed{Placed(*stack.main)};
  for (const LanguageModel* gap : stack.gaps) placed.emplace_back(*gap);
  for (const LanguageModel* other : stack.others) placed.emplace_back(*other);
  return placed;
}

std::vector<PlacedModel*> Reader::models() noexcept {
  std::vector<PlacedModel*> models;
  for (Placed& placed : placed_) models.push_back(&placed);
  return models;
}

void Reader::begin_sentence() noexcept {
  for (Placed& placed : placed_) placed.begin_sentence();
  contexts_.assign(1, placed_[0].context());
  if (stack_->forgets_sentences) mixture_.forget();
}

void Reader::read(Symbol word) {
  mixture_.read(std::span(&word, 1));
  if (word == kEnd) {
    begin_sentence();
  } else {
    placed_[0].read(word);
    contexts_.push_back(placed_[0].context());
    if (contexts_.size() > stack_->gaps.size() + 1) contexts_.pop_front();
    for (std::size_t i = 1 + stack_->gaps.size(); i < placed_.size(); ++i) placed_[i].read(word);
  }
  settle();
}

// A gap's model stands where the main model stood that many words ago, in a context no longer than
// it knows; the bucket is that of the main model's context.
void Reader::settle() noexcept {
  for (std::size_t gap = 1; gap <= stack_->gaps.size(); ++gap) {
    Context context;
    if (gap < contexts_.size()) {
      context = contexts_[contexts_.size() - 1 - gap];
      while (context.length >= placed_[gap].order()) context = stack_->main->shorter(context);
    }
    placed_[gap].go_to(context);
  }
  const Context context = contexts_.back();
  mixture_.move_to(context_bucket(context.length, stack_->main->entries(context).size(),
                                  static_cast<float>(stack_->main->backoff(context))));
}

}  // namespace hartonomous::core::graph
