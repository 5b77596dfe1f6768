// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/adaptive_model.hpp"

#include <algorithm>
#include <unordered_set>

namespace hartonomous::core::graph {

namespace {

// How much of the main model a cache's continuations are mixed with, by the words before, 1 or 2.
constexpr double kCacheSmoothing[] = {0, 1, 0.5};

double share(const CountedWords* found, Symbol word) noexcept {
  return found ? static_cast<double>(found->count(word)) / found->total() : 0;
}

}  // namespace

Reader::Reader(const ModelStack& stack, const MixtureWeights* weights)
    : stack_(&stack), weights_(weights) {
  for (const std::uint32_t window : stack.windows) caches_.emplace_back(window);
  begin_sentence();
}

void Reader::begin_sentence() {
  contexts_.assign(1, stack_->main->begin());
  other_contexts_.clear();
  for (const LanguageModel* other : stack_->others) other_contexts_.push_back(other->begin());
  if (!stack_->forgets_sentences) return;
  for (RecentText& cache : caches_) cache.clear();
}

void Reader::read(Symbol word) {
  for (RecentText& cache : caches_) cache.read(word);
  if (word == kEnd) {
    begin_sentence();
    return;
  }
  contexts_.push_back(stack_->main->advance(contexts_.back(), word));
  if (contexts_.size() > stack_->gaps.size() + 1) contexts_.pop_front();
  for (std::size_t i = 0; i < other_contexts_.size(); ++i) {
    other_contexts_[i] = stack_->others[i]->advance(other_contexts_[i], word);
  }
}

std::uint32_t Reader::bucket() const noexcept {
  const Context context = contexts_.back();
  const LanguageModel::Evidence known = stack_->main->evidence(context);
  return context_bucket(context.length, known.occurrences, known.distinct);
}

// What stands `gap` words back, no longer than the gap's model knows contexts.
Context Reader::gap_context(std::size_t gap) const noexcept {
  if (gap >= contexts_.size()) return {};
  Context context = contexts_[contexts_.size() - 1 - gap];
  while (context.length >= stack_->gaps[gap - 1]->order()) context = stack_->main->shorter(context);
  return context;
}

void Reader::components(Symbol word, std::span<double> out) const {
  std::size_t at = 0;
  const double p = stack_->main->score(contexts_.back(), word).probability;
  out[at++] = p;
  for (std::size_t gap = 1; gap <= stack_->gaps.size(); ++gap) {
    out[at++] = stack_->gaps[gap - 1]->score(gap_context(gap), word).probability;
  }
  for (std::size_t i = 0; i < other_contexts_.size(); ++i) {
    out[at++] = stack_->others[i]->score(other_contexts_[i], word).probability;
  }
  for (const RecentText& cache : caches_) {
    const CountedWords* words = cache.continuations(1);
    out[at++] = words ? share(words, word) : p;
    for (std::uint32_t n = 2; n <= RecentText::kLongest; ++n) {
      const CountedWords* found = cache.continuations(n);
      const double smoothing = kCacheSmoothing[n - 1];
      const double total = found ? found->total() : 0;
      const double count = found ? found->count(word) : 0;
      out[at++] = (count + smoothing * p) / (total + smoothing);
    }
  }
}

double Reader::mix(Symbol word, std::span<const double> weights) const {
  std::vector<double> given(weights.size());
  components(word, given);
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * given[i];
  return sum;
}

double Reader::probability(Symbol word) const { return mix(word, weights_->bucket(bucket())); }

// The components as lists, each falling: the models' words with all the weight that goes to their
// probabilities, and the caches' counts with what one count is worth.
struct Reader::Seen {
  struct Walk {
    RankedWalk words;
    double weight;
  };
  struct List {
    std::span<const CountedWord> rest;
    double worth;
  };
  std::vector<Walk> walks;
  std::vector<List> lists;

  double bound() const noexcept {
    double sum = 0;
    for (const Walk& walk : walks) sum += walk.weight * walk.words.bound();
    for (const List& list : lists) sum += list.rest.empty() ? 0 : list.worth * list.rest[0].count;
    return sum;
  }
};

void Reader::top(std::size_t k, std::vector<Prediction>& out) const {
  const std::span<const double> weights = weights_->bucket(bucket());
  Seen seen;
  std::size_t at = 0;
  double main_weight = weights[at++];
  for (std::size_t gap = 1; gap <= stack_->gaps.size(); ++gap) {
    seen.walks.push_back({{*stack_->gaps[gap - 1], gap_context(gap)}, weights[at++]});
  }
  for (std::size_t i = 0; i < other_contexts_.size(); ++i) {
    seen.walks.push_back({{*stack_->others[i], other_contexts_[i]}, weights[at++]});
  }
  for (const RecentText& cache : caches_) {
    for (std::uint32_t n = 1; n <= RecentText::kLongest; ++n, ++at) {
      const CountedWords* found = cache.continuations(n);
      const double smoothing = kCacheSmoothing[n - 1];
      if (!found) {
        main_weight += weights[at];
        continue;
      }
      const double total = found->total() + smoothing;
      main_weight += weights[at] * smoothing / total;
      seen.lists.push_back({found->words(), weights[at] / total});
    }
  }
  seen.walks.push_back({{*stack_->main, contexts_.back()}, main_weight});

  const auto likelier = [](const Prediction& a, const Prediction& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.word < b.word;
  };
  std::unordered_set<Symbol> known;
  out.clear();  // a heap, the least likely on top
  const auto consider = [&](Symbol word) {
    if (!known.insert(word).second) return;
    const Prediction found{word, mix(word, weights)};
    if (out.size() == k && !likelier(found, out.front())) return;
    if (out.size() == k) std::pop_heap(out.begin(), out.end(), likelier), out.pop_back();
    out.push_back(found);
    std::push_heap(out.begin(), out.end(), likelier);
  };
  // A sum of the same terms in another order may differ in its last bits; a hair of slack keeps
  // the bound a bound.
  constexpr double kSlack = 1 + 1e-9;
  for (double bound = 1; k > 0 && bound > 0;) {
    Prediction next;
    for (Seen::Walk& walk : seen.walks) {
      if (walk.words.next(next)) consider(next.word);
    }
    for (Seen::List& list : seen.lists) {
      if (list.rest.empty()) continue;
      consider(list.rest[0].word);
      list.rest = list.rest.subspan(1);
    }
    bound = seen.bound();
    if (out.size() == k && bound * kSlack < out.front().probability) break;
  }
  std::sort_heap(out.begin(), out.end(), likelier);
}

}  // namespace hartonomous::core::graph
