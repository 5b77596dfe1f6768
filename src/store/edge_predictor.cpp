// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_predictor.hpp"

#include <algorithm>
#include <cmath>

namespace hartonomous::store {

namespace {

constexpr std::size_t kHistoryPerWord = 16;  // bytes looked at; more than words and space take

}  // namespace

Predictor::Predictor(std::optional<std::string_view> domain)
    : domain_(find_domain(domain)),
      distribution_(domain_.domain_id, domain_.context_length, domain_.unknown_probability) {}

void Predictor::adapt(const Mixture& mixture, bool has_weights) {
  mixture_.emplace(domain_, distribution_, mixture, word({}), has_weights);
}

std::int64_t Predictor::word(std::string_view spelling) {
  const core::graph::Symbol number = spellings_.add(spelling);
  if (number == atoms_.size()) atoms_.push_back(words_.find(spelling).value_or(kUnknownWord));
  return atoms_[number];
}

void Predictor::add_line(std::string_view line, std::vector<std::int64_t>& words) {
  core::text::WordTokens tokens(line);
  std::string_view token = tokens.next();
  if (token.empty()) return;
  for (; !token.empty(); token = tokens.next()) words.push_back(word(token));
  words.push_back(word({}));
}

void Predictor::remember(std::string_view history) {
  if (!mixture_) adapt();
  const std::size_t most = kHistoryPerWord * mixture_->longest_window();
  if (history.size() > most) {
    history.remove_prefix(history.size() - most);
    history.remove_prefix(std::min(history.size(), history.find_first_of(" \n")));
  }
  std::vector<std::int64_t> words;
  while (!history.empty()) {
    const std::string_view line = history.substr(0, history.find('\n'));
    history.remove_prefix(std::min(history.size(), line.size() + 1));
    add_line(line, words);
  }
  mixture_->read(words);
}

void Predictor::begin_document() noexcept {
  if (mixture_) mixture_->forget();
}

void Predictor::settle() {
  distribution_.go_to(context_);
  if (mixture_) mixture_->go_to(context_);
}

void Predictor::begin_sentence() {
  context_.assign(1, word({}));
  settle();
}

void Predictor::read(std::string_view text, bool from_start) {
  const std::size_t line_start = text.rfind('\n') + 1;
  if (mixture_ && line_start > 0) remember(text.substr(0, line_start));
  const std::size_t most = longest_context();
  std::vector<std::string_view> tokens;
  core::text::WordTokens walk(text.substr(line_start));
  for (auto token = walk.next(); !token.empty(); token = walk.next()) tokens.push_back(token);
  const auto last_words = [&](std::size_t count, std::vector<std::int64_t>& words) {
    const std::size_t first = tokens.size() - std::min(tokens.size(), count);
    for (std::size_t i = first; i < tokens.size(); ++i) words.push_back(word(tokens[i]));
  };
  if (mixture_) {
    std::vector<std::int64_t> remembered;
    last_words(mixture_->longest_window(), remembered);
    mixture_->read(remembered);
  }
  context_.clear();
  if (from_start && tokens.size() < most) context_.push_back(word({}));
  last_words(most, context_);
  settle();
}

void Predictor::read_word(std::int64_t next) {
  if (mixture_) mixture_->read(std::span(&next, 1));
  if (next == word({})) context_.clear();
  if (context_.size() > longest_context()) context_.erase(context_.begin());
  context_.push_back(next);
  settle();
}

std::size_t Predictor::longest_context() const noexcept {
  const std::int32_t own = domain_.context_length;
  return static_cast<std::size_t>(mixture_ ? std::max(own, mixture_->longest_context()) : own);
}

Successor Predictor::score(std::int64_t word) {
  Successor found = distribution_.score(word);
  if (mixture_) found.probability = mixture_->probability(word);
  return found;
}

std::vector<Successor> Predictor::top(std::size_t k) {
  std::vector<Successor> best;
  if (mixture_) {
    for (const auto& [word, probability] : mixture_->top(k)) {
      best.push_back({word, probability, distribution_.score(word).length});
    }
    return best;
  }
  distribution_.rewind();
  while (best.size() < k) {
    const auto next = distribution_.next();
    if (!next) break;
    best.push_back(*next);
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
