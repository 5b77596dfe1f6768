// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_predictor.hpp"

#include <algorithm>
#include <cmath>

namespace hartonomous::store {

double rating_of(double probability) noexcept { return 2000 + 400 * std::log10(probability); }

Predictor::Predictor(std::optional<std::string_view> domain)
    : domain_(find_domain(domain)),
      distribution_(domain_.domain_id, domain_.context_length, domain_.unknown_probability) {}

std::int64_t Predictor::word(std::string_view spelling) {
  const auto [entry, is_new] = known_.try_emplace(std::string(spelling), kUnknownWord);
  if (is_new) entry->second = words_.find(spelling).value_or(kUnknownWord);
  return entry->second;
}

void Predictor::read(std::string_view text, bool from_start) {
  const std::string_view line = text.substr(text.rfind('\n') + 1);
  const auto most = static_cast<std::size_t>(domain_.context_length);
  std::vector<std::string_view> tokens;
  core::text::WordTokens walk(line);
  for (auto token = walk.next(); !token.empty(); token = walk.next()) tokens.push_back(token);
  context_.clear();
  if (from_start && tokens.size() < most) context_.push_back(word({}));
  const std::size_t first = tokens.size() - std::min(tokens.size(), most);
  for (std::size_t i = first; i < tokens.size(); ++i) context_.push_back(word(tokens[i]));
  distribution_.go_to(context_);
}

void Predictor::read_word(std::int64_t next) {
  if (next == word({})) context_.clear();
  if (context_.size() > static_cast<std::size_t>(domain_.context_length)) {
    context_.erase(context_.begin());
  }
  context_.push_back(next);
  distribution_.go_to(context_);
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
