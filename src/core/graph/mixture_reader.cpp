// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/mixture_reader.hpp"

#include <algorithm>
#include <unordered_set>

namespace hartonomous::core::graph {

namespace {

// How much of the main model a cache's continuations are mixed with, by the words before, 1 or 2.
constexpr double kCacheSmoothing[RecentText::kLongest] = {0, 1, 0.5};

// A sum of the same terms in another order may differ in its last bits; a hair of slack keeps a
// bound a bound.
constexpr double kSlack = 1 + 1e-9;

bool is_likelier(const Prediction& a, const Prediction& b) noexcept {
  return a.probability != b.probability ? a.probability > b.probability : a.word < b.word;
}

// The best k words offered to it, each word considered once.
class Best {
 public:
  Best(std::size_t k, std::vector<Prediction>& out) : k_(k), out_(out) { out_.clear(); }

  bool is_new(Symbol word) { return known_.insert(word).second; }
  void consider(const Prediction& found) {
    if (is_full() && !is_likelier(found, out_.front())) return;
    if (is_full()) {
      std::pop_heap(out_.begin(), out_.end(), is_likelier);
      out_.pop_back();
    }
    out_.push_back(found);
    std::push_heap(out_.begin(), out_.end(), is_likelier);
  }
  // Whether no word that has at most `bound` can come in.
  bool is_beyond(double bound) const noexcept {
    return is_full() && bound * kSlack < out_.front().probability;
  }
  void sort() { std::sort_heap(out_.begin(), out_.end(), is_likelier); }

 private:
  bool is_full() const noexcept { return out_.size() == k_; }

  std::size_t k_;
  std::vector<Prediction>& out_;  // a heap, the least likely in front
  std::unordered_set<Symbol> known_;
};

}  // namespace

MixtureReader::MixtureReader(std::vector<PlacedModel*> models,
                             std::span<const std::uint32_t> windows, const MixtureWeights* weights)
    : models_(std::move(models)), weights_(weights) {
  for (const std::uint32_t window : windows) caches_.emplace_back(window);
}

void MixtureReader::read(std::span<const Symbol> words) {
  for (RecentText& cache : caches_) {
    for (const Symbol word : words.last(std::min<std::size_t>(words.size(), cache.window()))) {
      cache.read(word);
    }
  }
}

void MixtureReader::forget() noexcept {
  for (RecentText& cache : caches_) cache.clear();
}

void MixtureReader::move_to(std::uint32_t bucket) noexcept {
  bucket_ = bucket;
  is_prepared_ = false;
  head_.reset();
}

void MixtureReader::components(Symbol word, std::span<double> out) {
  std::size_t at = 0;
  for (PlacedModel* model : models_) out[at++] = model->probability(word);
  const double p = out[0];
  for (RecentText& cache : caches_) {
    for (std::uint32_t n = 1; n <= RecentText::kLongest; ++n) {
      const CountedWords* words = cache.continuations(n);
      const double smoothing = kCacheSmoothing[n - 1];
      out[at++] = words ? (words->count(word) + smoothing * p) / (words->total() + smoothing) : p;
    }
  }
}

void MixtureReader::prepare() {
  if (is_prepared_) return;
  is_prepared_ = true;
  const std::span<const double> weights = weights_->bucket(bucket_);
  model_weight_.assign(weights.begin(), weights.begin() + static_cast<long>(models_.size()));
  counted_.clear();
  std::size_t at = models_.size();
  for (RecentText& cache : caches_) {
    for (std::uint32_t n = 1; n <= RecentText::kLongest; ++n, ++at) {
      const CountedWords* words = cache.continuations(n);
      if (words == nullptr) {
        model_weight_[0] += weights[at];
        continue;
      }
      const double total = words->total() + kCacheSmoothing[n - 1];
      model_weight_[0] += weights[at] * kCacheSmoothing[n - 1] / total;
      counted_.push_back({words, weights[at] / total});
    }
  }
}

double MixtureReader::from_caches(Symbol word) const noexcept {
  double sum = 0;
  for (const Counted& c : counted_) sum += c.worth * c.words->count(word);
  return sum;
}

double MixtureReader::mix(Symbol word) {
  prepare();
  double sum = from_caches(word);
  for (std::size_t i = 0; i < models_.size(); ++i) {
    sum += model_weight_[i] * models_[i]->probability(word);
  }
  return sum;
}

void MixtureReader::likeliest(std::size_t k, std::vector<Prediction>& out) {
  prepare();
  Best best(k, out);
  std::vector<std::span<const CountedWord>> rest;
  for (const Counted& c : counted_) rest.push_back(c.words->words());
  for (PlacedModel* model : models_) model->rewind();
  for (bool is_more = k > 0; is_more;) {
    is_more = false;
    Prediction next;
    for (PlacedModel* model : models_) {
      if (!model->next(next)) continue;
      is_more = true;
      if (best.is_new(next.word)) best.consider({next.word, mix(next.word)});
    }
    double of_models = 0;  // at most, for a word that no model has given yet
    for (std::size_t i = 0; i < models_.size(); ++i) {
      of_models += model_weight_[i] * models_[i]->bound();
    }
    double bound = of_models;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (rest[i].empty()) continue;
      is_more = true;
      const Symbol word = rest[i].front().word;
      rest[i] = rest[i].subspan(1);
      if (best.is_new(word) && !best.is_beyond(of_models + from_caches(word))) {
        best.consider({word, mix(word)});
      }
      if (!rest[i].empty()) bound += counted_[i].worth * rest[i].front().count;
    }
    if (best.is_beyond(bound)) break;
  }
  best.sort();
}

// The head of the mixture, whose likeliest words are `words`.
void MixtureReader::set_head(std::span<const Prediction> words) {
  std::array<double, Head::kWords> likeliest;
  std::size_t count = 0;
  for (const Prediction& p : words) {
    if (count < Head::kWords && p.probability > 0) likeliest[count++] = p.probability;
  }
  head_.emplace(std::span(likeliest).first(count), weights_->exponent);
}

double MixtureReader::probability(Symbol word) {
  const double p = mix(word);
  if (weights_->exponent == 1) return p;
  if (!head_) {
    std::vector<Prediction> words;
    likeliest(Head::kWords, words);
    set_head(words);
  }
  return head_->sharpen(p);
}

HeadSample MixtureReader::head_sample(Symbol word) {
  HeadSample sample;
  std::vector<Prediction> words;
  likeliest(Head::kWords, words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    sample.likeliest[i] = static_cast<float>(words[i].probability);
  }
  sample.word = static_cast<float>(mix(word));
  return sample;
}

void MixtureReader::top(std::size_t k, std::vector<Prediction>& out) {
  if (weights_->exponent == 1) return likeliest(k, out);
  likeliest(std::max(k, Head::kWords), out);
  set_head(out);
  if (out.size() > k) out.resize(k);
  for (Prediction& p : out) p.probability = head_->sharpen(p.probability);
}

}  // namespace hartonomous::core::graph
