// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/reading.hpp"

#include <algorithm>
#include <cmath>

#include "core/run/evaluate.hpp"
#include "core/run/log_probability.hpp"
#include "core/run/pooler.hpp"
#include "pg/settings.hpp"
#include "serve/session_workers.hpp"

namespace hartonomous::serve {

namespace {

using core::Code;
using core::Status;
using core::run::Pooling;
using core::run::TokenId;
using core::run::Wanted;

std::vector<TokenId> tokens_of(OpenModel& model, std::string_view content,
                               const core::tokenizer::EncodeOptions& options = {}) {
  pg::PollCheckpoint checkpoint;
  std::vector<TokenId> tokens;
  pg::check(model.tokenizer().encode(content, options, tokens, checkpoint));
  return tokens;
}

core::run::Sequence fresh_sequence(OpenModel& model) {
  const auto budget = static_cast<std::size_t>(pg::settings.session_memory) * 1024;
  return core::run::Sequence(model.model(), {0, budget / 2});
}

// The sum of -log p of tokens from `counted_from` on, each after all before it.
double surprise(OpenModel& model, std::span<const TokenId> tokens, std::size_t counted_from) {
  double sum = 0;
  const auto sink = [&](std::size_t position, std::span<const float> logits) -> Status {
    if (position + 1 < counted_from || position + 1 == tokens.size()) return Status::ok();
    HARTONOMOUS_TRY(const double total, core::run::log_sum_exp(logits));
    sum += total - logits[tokens[position + 1]];
    return Status::ok();
  };
  core::run::Sequence sequence = fresh_sequence(model);
  pg::PollCheckpoint checkpoint;
  pg::check(core::run::evaluate(model.model(), sequence, tokens, Wanted::kAll, sink,
                                {model.weights(), session_workers(), checkpoint}));
  return sum;
}

void require_tokens(std::span<const TokenId> tokens) {
  if (tokens.empty()) pg::raise({Code::kInvalidArgument, "the text has no tokens"});
}

// Without the tokens around a text; model2vec, unlike Sentence Transformers, leaves unknown words
// out too.
std::vector<float> embed_by_table(OpenModel& model, const core::run::StaticEmbedding& table,
                                  std::string_view content) {
  std::vector<TokenId> tokens = tokens_of(model, content, {.add_special = false});
  const auto unknown = model.tokenizer().special().unknown;
  if (unknown && model.weights().find("embeddings")) std::erase(tokens, *unknown);
  require_tokens(tokens);
  pg::PollCheckpoint checkpoint;
  return pg::check(table.embed(tokens, {model.weights(), session_workers(), checkpoint}));
}

std::vector<float> embed_by_layers(OpenModel& model, std::string_view content) {
  const core::run::ModelDescription& description = model.model().description();
  pg::check(model.vector_status());
  const std::vector<TokenId> tokens = tokens_of(model, content);
  require_tokens(tokens);
  if (description.max_text_tokens > 0 && tokens.size() > description.max_text_tokens) {
    pg::raise(Status(Code::kLimitExceeded,
                     "the text has " + std::to_string(tokens.size()) + " tokens")
                  .with_detail("The model makes vectors of texts of up to " +
                               std::to_string(description.max_text_tokens) + " tokens."));
  }
  core::run::Pooler pooler(description.pooling, description.hidden);
  const Wanted wanted = description.pooling == Pooling::kLast ? Wanted::kLast : Wanted::kAll;
  core::run::Sequence sequence = fresh_sequence(model);
  pg::PollCheckpoint checkpoint;
  pg::check(core::run::evaluate_hidden(model.model(), sequence, tokens, wanted,
                                       [&](std::size_t, std::span<const float> state) {
                                         pooler.add(state);
                                         return Status::ok();
                                       },
                                       {model.weights(), session_workers(), checkpoint}));
  return pooler.vector(description.normalizes_vectors);
}

}  // namespace

std::optional<double> perplexity(OpenModel& model, std::string_view content,
                                 std::optional<std::size_t> window) {
  if (window && *window < 4) {
    pg::raise({Code::kInvalidArgument, "a window must be of at least 4 tokens"});
  }
  std::vector<TokenId> tokens = tokens_of(model, content);
  const std::size_t length = window.value_or(tokens.size());
  const std::size_t counted_from = window ? length / 2 + 1 : 1;
  if (tokens.size() < 2 || tokens.size() < length) return std::nullopt;
  const auto begin = model.tokenizer().special().begin;
  const bool has_begin = begin && tokens.front() == *begin;
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at + length <= tokens.size(); at += length) {
    if (has_begin) tokens[at] = *begin;
    sum += surprise(model, std::span(tokens).subspan(at, length), counted_from);
    count += length - counted_from;
  }
  return std::exp(sum / static_cast<double>(count));
}

std::vector<float> embed(OpenModel& model, std::string_view content) {
  const core::run::StaticEmbedding* table = model.static_embedding();
  const std::vector<float> vector =
      table != nullptr ? embed_by_table(model, *table, content) : embed_by_layers(model, content);
  if (!std::ranges::all_of(vector, [](float value) { return std::isfinite(value); })) {
    pg::raise(Status(Code::kOutOfRange, "the text's vector is not finite")
                  .with_hint("The model's weights may be damaged."));
  }
  return vector;
}

}  // namespace hartonomous::serve
