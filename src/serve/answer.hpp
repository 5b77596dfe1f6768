// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A model's answer to a prompt, token by token.
#pragma once

#include "core/run/answer_text.hpp"
#include "core/run/grammar_state.hpp"
#include "core/run/sampler.hpp"
#include "serve/remembered_sequence.hpp"

namespace hartonomous::serve {

struct AnswerOptions {
  core::run::SamplingOptions sampling;
  std::size_t max_tokens = 0;
  std::vector<std::string> stop;  // the answer ends before the first of these
  // What the answer must match, in GBNF, or the word json; empty: anything.
  std::string grammar_source;
};

// The tokens of a text as the model's prompt, with what the model expects before it.
std::vector<TokenId> prompt_tokens(OpenModel& model, std::string_view prompt);

class Answer {
 public:
  enum class End : std::uint8_t { kModel, kStop, kLength, kCaller };

  // REQUIRES: sampling options that were checked.
  Answer(std::shared_ptr<OpenModel> model, std::vector<TokenId> prompt,
         const AnswerOptions& options);

  struct Step {
    TokenId token;
    double log_probability;  // in the model's own distribution, before any sampling option
    std::string text;  // what is certain now; joined in order, the steps' texts are the answer
  };
  // Nothing after the last. The token by which the model itself ends is a step too, the last one.
  // Throws as RememberedSequence::append(), and Failure kOutOfRange for a logit that is no number.
  std::optional<Step> next();

  // next() of each that has not ended, with one pass over the weights for all. REQUIRES: all of one
  // model.
  static std::vector<std::optional<Step>> next_of(std::span<Answer* const> answers);

  // Bytes of keys and values, when the answer is as long as it may become.
  std::size_t most_bytes() const noexcept;
  bool has_ended() const noexcept { return has_ended_; }

  std::span<const TokenId> prompt() const noexcept {
    return std::span(history_).first(prompt_length_);
  }
  std::span<const TokenId> tokens() const noexcept {
    return std::span(history_).subspan(prompt_length_);
  }
  OpenModel& model() const noexcept { return sequence_.model(); }
  std::size_t reused() const noexcept { return reused_; }
  End end() const noexcept { return end_; }

 private:
  bool may_go_on();
  std::optional<Step> take(std::span<const float> logits);
  std::optional<TokenId> choose(std::span<const float> logits);
  bool is_end(TokenId token) const;
  std::string text_of(TokenId token);

  RememberedSequence sequence_;
  std::vector<TokenId> history_;  // prompt and answer
  std::size_t prompt_length_, reused_, max_tokens_;
  core::run::Sampler sampler_;
  core::run::AnswerText text_;
  std::unique_ptr<const core::run::Grammar> grammar_;  // if it was written by the user
  std::optional<core::run::GrammarState> state_;       // with a grammar
  std::optional<core::run::TokenMask> allowed_;
  bool has_ended_ = false;
  End end_ = End::kCaller;
};

}  // namespace hartonomous::serve
