// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_predictor.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace hartonomous::store {

namespace {

constexpr std::size_t kMostHistory = 64 << 10;  // bytes; far more than the cache's words take

}  // namespace

Predictor::Predictor(std::optional<std::string_view> domain)
    : domain_(find_domain(domain)),
      distribution_(domain_.domain_id, domain_.context_length, domain_.unknown_probability) {}

std::int64_t Predictor::word(std::string_view spelling) {
  const auto [entry, is_new] = known_.try_emplace(std::string(spelling), kUnknownWord);
  if (is_new) entry->second = words_.find(spelling).value_or(kUnknownWord);
  return entry->second;
}

void Predictor::remember_line(std::string_view line) {
  core::text::WordTokens tokens(line);
  std::string_view token = tokens.next();
  if (token.empty()) return;
  for (; !token.empty(); token = tokens.next()) cache_->read(word(token));
  cache_->read(word({}));
}

void Predictor::remember(std::string_view history) {
  if (!cache_) cache_.emplace(domain_.cache_weights);
  if (history.size() > kMostHistory) {
    history.remove_prefix(history.size() - kMostHistory);
    history.remove_prefix(std::min(history.size(), history.find_first_of(" \n")));
  }
  while (!history.empty()) {
    const std::string_view line = history.substr(0, history.find('\n'));
    history.remove_prefix(std::min(history.size(), line.size() + 1));
    remember_line(line);
  }
}

void Predictor::begin_sentence() {
  context_.assign(1, word({}));
  distribution_.go_to(context_);
}

void Predictor::read(std::string_view text, bool from_start) {
  const std::size_t line_start = text.rfind('\n') + 1;
  if (cache_ && line_start > 0) remember(text.substr(0, line_start));
  const auto most = static_cast<std::size_t>(domain_.context_length);
  std::vector<std::string_view> tokens;
  core::text::WordTokens walk(text.substr(line_start));
  for (auto token = walk.next(); !token.empty(); token = walk.next()) tokens.push_back(token);
  context_.clear();
  if (from_start && tokens.size() < most) context_.push_back(word({}));
  std::size_t first = tokens.size() - std::min(tokens.size(), most);
  for (std::size_t i = first; i < tokens.size(); ++i) context_.push_back(word(tokens[i]));
  distribution_.go_to(context_);
  if (!cache_) return;
  first = tokens.size() - std::min<std::size_t>(tokens.size(), TextCache::kWindow);
  for (std::size_t i = first; i < tokens.size(); ++i) cache_->read(word(tokens[i]));
}

void Predictor::read_word(std::int64_t next) {
  if (cache_) cache_->read(next);
  if (next == word({})) context_.clear();
  if (context_.size() > static_cast<std::size_t>(domain_.context_length)) {
    context_.erase(context_.begin());
  }
  context_.push_back(next);
  distribution_.go_to(context_);
}

Successor Predictor::score(std::int64_t word) {
  Successor found = distribution_.score(word);
  if (cache_) {
    found.probability = cache_->of_model() * found.probability + cache_->extra(word);
  }
  return found;
}

std::vector<Successor> Predictor::top(std::size_t k) {
  if (cache_) return top_with_cache(k);
  std::vector<Successor> best;
  distribution_.rewind();
  while (best.size() < k) {
    const auto next = distribution_.next();
    if (!next) break;
    best.push_back(*next);
  }
  return best;
}

// The threshold algorithm (Fagin, Lotem, Naor, 2003) over two falling lists, the domain's and the
// cache's: whatever neither has shown yet is worth at most the sum of their heads.
std::vector<Successor> Predictor::top_with_cache(std::size_t k) {
  const std::vector<TextCache::Extra> extras = cache_->extras();
  std::vector<Successor> best;
  std::unordered_set<std::int64_t> seen;
  const auto better = [](const Successor& a, const Successor& b) {
    return a.probability > b.probability;
  };
  const auto add = [&](std::int64_t word) {
    if (word == kUnknownWord || !seen.insert(word).second) return;
    const Successor found = score(word);
    best.insert(std::upper_bound(best.begin(), best.end(), found, better), found);
    if (best.size() > k) best.pop_back();
  };
  distribution_.rewind();
  std::optional<Successor> next = distribution_.next();
  for (std::size_t at = 0; next || at < extras.size();) {
    const double most = (next ? cache_->of_model() * next->probability : 0) +
                        (at < extras.size() ? extras[at].probability : 0);
    if (best.size() >= k && (k == 0 || best.back().probability >= most)) break;
    if (at < extras.size()) add(extras[at++].word);
    if (next) add(next->target);
    if (next) next = distribution_.next();
  }
  return best;
}

std::optional<double> perplexity(Predictor& predictor, std::string_view content,
                                 core::Checkpoint& checkpoint) {
  double bits = 0;
  std::int64_t count = 0;
  score_text(predictor, content, checkpoint,
             [&](std::int64_t position, std::string_view, const Successor& successor) {
               bits -= std::log2(successor.probability);
               count = position;
             });
  if (count == 0) return std::nullopt;
  return std::exp2(bits / static_cast<double>(count));
}

}  // namespace hartonomous::store
