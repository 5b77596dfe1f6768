// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_cache.hpp"

#include <algorithm>

namespace hartonomous::store {

namespace {

using core::graph::RecentText;
using core::graph::Symbol;

// How much of the domain's probability a cache's continuations are mixed with, by words before.
constexpr double kSmoothing[RecentText::kLongest] = {0, 1, 0.5};

}  // namespace

TextCache::TextCache(std::span<const double> weights) {
  std::ranges::copy(weights, weights_);
  for (const double weight : weights) own_weight_ -= weight;
  look();
}

Symbol TextCache::symbol(std::int64_t word) {
  const auto [entry, is_new] = symbols_.try_emplace(word, static_cast<Symbol>(words_.size()));
  if (is_new) words_.push_back(word);
  return entry->second;
}

void TextCache::read(std::int64_t word) {
  text_.read(symbol(word));
  look();
}

void TextCache::look() {
  of_model_ = own_weight_;
  for (std::uint32_t n = 0; n < RecentText::kLongest; ++n) {
    after_[n] = text_.continuations(n + 1);
    const double total = after_[n] == nullptr ? 0 : after_[n]->total();
    of_model_ += total == 0 ? weights_[n] : weights_[n] * kSmoothing[n] / (total + kSmoothing[n]);
  }
}

double TextCache::share(std::uint32_t n, Symbol word) const {
  if (after_[n] == nullptr || after_[n]->total() == 0) return 0;
  return weights_[n] * after_[n]->count(word) / (after_[n]->total() + kSmoothing[n]);
}

double TextCache::extra(std::int64_t word) const {
  const auto known = symbols_.find(word);
  if (known == symbols_.end()) return 0;
  double sum = 0;
  for (std::uint32_t n = 0; n < RecentText::kLongest; ++n) sum += share(n, known->second);
  return sum;
}

std::vector<TextCache::Extra> TextCache::extras() const {
  std::vector<Extra> extras;
  if (after_[0] != nullptr) {
    for (const auto& counted : after_[0]->words()) {
      const std::int64_t word = words_[counted.word];
      extras.push_back({word, extra(word)});
    }
  }
  std::ranges::sort(extras, [](const Extra& a, const Extra& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.word < b.word;
  });
  return extras;
}

}  // namespace hartonomous::store
