// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/adaptive_model.hpp"

#include <algorithm>
#include <unordered_set>

namespace hartonomous::core::graph {

namespace {

// How much of the main model a cache's continuations are mixed with, by the words before, 1 or 2.
constexpr double kCacheSmoothing[] = {0, 1, 0.5};

bool is_likelier(const Prediction& a, const Prediction& b) noexcept {
  return a.probability != b.probability ? a.probability > b.probability : a.word < b.word;
}

// The best k words offered to it, each word considered once.
class Best {
 public:
  Best(std::size_t k, std::vector<Prediction>& out) : k_(k), out_(out) { out_.clear(); }

  template <class Weigh>
  void consider(Symbol word, Weigh weigh) {
    if (!known_.insert(word).second) return;
    const Prediction found{word, weigh(word)};
    if (is_full() && !is_likelier(found, out_.front())) return;
    if (is_full()) {
      std::pop_heap(out_.begin(), out_.end(), is_likelier);
      out_.pop_back();
    }
    out_.push_back(found);
    std::push_heap(out_.begin(), out_.end(), is_likelier);
  }
  bool is_full() const noexcept { return out_.size() == k_; }
  // REQUIRES: is_full() and k > 0.
  double least() const noexcept { return out_.front().probability; }
  void sort() { std::sort_heap(out_.begin(), out_.end(), is_likelier); }

 private:
  std::size_t k_;
  std::vector<Prediction>& out_;  // a heap, the least likely in front
  std::unordered_set<Symbol> known_;
};

}  // namespace

Reader::Reader(const ModelStack& stack, const MixtureWeights* weights)
    : stack_(&stack), weights_(weights) {
  for (const std::uint32_t window : stack.windows) caches_.emplace_back(window);
  found_.resize(caches_.size());
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
  head_.reset();
  for (RecentText& cache : caches_) cache.read(word);
  if (word == kEnd) {
    begin_sentence();
  } else {
    contexts_.push_back(stack_->main->advance(contexts_.back(), word));
    if (contexts_.size() > stack_->gaps.size() + 1) contexts_.pop_front();
    for (std::size_t i = 0; i < other_contexts_.size(); ++i) {
      other_contexts_[i] = stack_->others[i]->advance(other_contexts_[i], word);
    }
  }
  for (std::size_t i = 0; i < caches_.size(); ++i) {
    for (std::uint32_t n = 1; n <= RecentText::kLongest; ++n) {
      found_[i][n - 1] = caches_[i].continuations(n);
    }
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
  for (const Found& found : found_) {
    for (std::uint32_t n = 1; n <= RecentText::kLongest; ++n) {
      const CountedWords* words = found[n - 1];
      const double smoothing = kCacheSmoothing[n - 1];
      out[at++] = words ? (words->count(word) + smoothing * p) / (words->total() + smoothing) : p;
    }
  }
}

double Reader::mix(Symbol word, std::span<const double> weights) const {
  given_.resize(weights.size());
  components(word, given_);
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * given_[i];
  return sum;
}

// The components as lists, each falling: the models' words with all the weight that goes to their
// probabilities, and the caches' counts with what one count is worth.
struct Reader::Lists {
  struct Walk {
    RankedWalk words;
    double weight;
  };
  struct Counts {
    std::span<const CountedWord> rest;
    double worth;
  };
  std::vector<Walk> walks;
  std::vector<Counts> counts;

  // At least what any word has that came out of no list yet.
  double bound() const noexcept {
    double sum = 0;
    for (const Walk& walk : walks) sum += walk.weight * walk.words.bound();
    for (const Counts& list : counts)
      sum += list.rest.empty() ? 0 : list.worth * list.rest[0].count;
    return sum;
  }
};

Reader::Lists Reader::lists(std::span<const double> weights) const {
  Lists lists;
  std::size_t at = 0;
  double main_weight = weights[at++];
  for (std::size_t gap = 1; gap <= stack_->gaps.size(); ++gap) {
    lists.walks.push_back({{*stack_->gaps[gap - 1], gap_context(gap)}, weights[at++]});
  }
  for (std::size_t i = 0; i < other_contexts_.size(); ++i) {
    lists.walks.push_back({{*stack_->others[i], other_contexts_[i]}, weights[at++]});
  }
  for (const Found& found : found_) {
    for (std::uint32_t n = 1; n <= RecentText::kLongest; ++n, ++at) {
      if (!found[n - 1]) {
        main_weight += weights[at];
        continue;
      }
      const double total = found[n - 1]->total() + kCacheSmoothing[n - 1];
      main_weight += weights[at] * kCacheSmoothing[n - 1] / total;
      lists.counts.push_back({found[n - 1]->words(), weights[at] / total});
    }
  }
  lists.walks.push_back({{*stack_->main, contexts_.back()}, main_weight});
  return lists;
}

void Reader::likeliest(std::size_t k, std::vector<Prediction>& out) const {
  const std::span<const double> weights = weights_->bucket(bucket());
  const auto weigh = [&](Symbol word) { return mix(word, weights); };
  Best best(k, out);
  Lists all = lists(weights);
  // A sum of the same terms in another order may differ in its last bits; a hair of slack keeps
  // the bound a bound.
  constexpr double kSlack = 1 + 1e-9;
  for (double bound = 1; k > 0 && bound > 0; bound = all.bound()) {
    if (best.is_full() && bound * kSlack < best.least()) break;
    Prediction next;
    for (Lists::Walk& walk : all.walks) {
      if (walk.words.next(next)) best.consider(next.word, weigh);
    }
    for (Lists::Counts& list : all.counts) {
      if (list.rest.empty()) continue;
      best.consider(list.rest[0].word, weigh);
      list.rest = list.rest.subspan(1);
    }
  }
  best.sort();
}

// The head of the mixture, whose likeliest words are `words`.
void Reader::set_head(std::span<const Prediction> words) const {
  std::array<double, Head::kWords> likeliest;
  std::size_t count = 0;
  for (const Prediction& p : words) {
    if (count < Head::kWords && p.probability > 0) likeliest[count++] = p.probability;
  }
  head_.emplace(std::span(likeliest).first(count), weights_->exponent);
}

double Reader::probability(Symbol word) const {
  const double p = mix(word, weights_->bucket(bucket()));
  if (weights_->exponent == 1) return p;
  if (!head_) {
    std::vector<Prediction> words;
    likeliest(Head::kWords, words);
    set_head(words);
  }
  return head_->sharpen(p);
}

HeadSample Reader::head_sample(Symbol word) const {
  HeadSample sample;
  std::vector<Prediction> words;
  likeliest(Head::kWords, words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    sample.likeliest[i] = static_cast<float>(words[i].probability);
  }
  sample.word = static_cast<float>(mix(word, weights_->bucket(bucket())));
  return sample;
}

void Reader::top(std::size_t k, std::vector<Prediction>& out) const {
  if (weights_->exponent == 1) return likeliest(k, out);
  likeliest(std::max(k, Head::kWords), out);
  set_head(out);
  if (out.size() > k) out.resize(k);
  for (Prediction& p : out) p.probability = head_->sharpen(p.probability);
}

}  // namespace hartonomous::core::graph
