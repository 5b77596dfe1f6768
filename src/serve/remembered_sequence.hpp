// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model made of a stretch of tokens, kept for the session: a prompt that begins as an
// earlier one did (a conversation, a question after the same document, next_token() on a growing
// array) goes on where that one was left. What is computed and what is remembered are the same,
// bit for bit, so no answer depends on it.
#pragma once

#include "core/run/evaluate.hpp"
#include "serve/open_model.hpp"

namespace hartonomous::serve {

using core::run::TokenId;

// A sequence taken out of the session's memory, and given back when this ends. Its destructor does
// not call PostgreSQL.
class RememberedSequence {
 public:
  // With the longest remembered beginning of `prompt`, less its last token, whose logits are
  // wanted. kLimitExceeded if the prompt does not fit the model's context, kInvalidArgument if it
  // is empty or has a number that is no token's.
  RememberedSequence(std::shared_ptr<OpenModel> model, std::span<const TokenId> prompt);
  ~RememberedSequence();
  RememberedSequence(RememberedSequence&&) noexcept = default;
  RememberedSequence& operator=(RememberedSequence&&) = delete;

  OpenModel& model() const noexcept { return *state_->model; }
  std::size_t length() const noexcept { return state_->tokens.size(); }
  std::size_t context_length() const noexcept { return state_->sequence.context_length(); }

  // Evaluates further tokens. Throws what evaluate() reports, and for interrupts; the sequence is
  // then as long as before.
  void append(std::span<const TokenId> tokens, core::run::Wanted wanted,
              const core::run::PositionSink& sink);
  // The logits of the last of `tokens`, appended. Valid until the next call.
  std::span<const float> logits_after(std::span<const TokenId> tokens);
  // Appends tokens to each and hands over the logits after its last by number; weights are read
  // once for all. Throws as append(). REQUIRES: all of one model, none twice.
  struct Continuation {
    RememberedSequence* sequence;
    std::span<const TokenId> tokens;
  };
  static void append_together(std::span<const Continuation> all,
                              const core::run::PositionSink& sink);

  // Bytes of keys and values, were it `length` tokens long; and how many all in use may have.
  std::size_t bytes_for(std::size_t length) const noexcept {
    return state_->sequence.bytes_for(length);
  }
  static std::size_t most_bytes() noexcept;

 private:
  struct State {
    std::shared_ptr<OpenModel> model;
    std::vector<TokenId> tokens;  // evaluated
    core::run::Sequence sequence;
  };
  using Memory = std::vector<std::unique_ptr<State>>;  // the last used first
  static Memory& idle();
  static void remember(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
  std::vector<float> logits_;
};

}  // namespace hartonomous::serve
