// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/remembered_sequence.hpp"

#include <algorithm>

#include "pg/settings.hpp"
#include "serve/session_workers.hpp"

namespace hartonomous::serve {

namespace {

constexpr std::size_t kMostRemembered = 16;

std::size_t budget() { return static_cast<std::size_t>(pg::settings.session_memory) * 1024; }

std::size_t common_beginning(std::span<const TokenId> a, std::span<const TokenId> b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

RememberedSequence::Memory& RememberedSequence::idle() {
  static Memory memory;
  return memory;
}

// What is remembered takes at most half of the session's memory; a sequence in use may take the
// other half.
void RememberedSequence::remember(std::unique_ptr<State> state) {
  Memory& memory = idle();
  // The last used stays as it is: it is the likeliest to go on, with the next token.
  if (!memory.empty()) memory.front()->sequence.pack();
  memory.insert(memory.begin(), std::move(state));
  std::size_t bytes = 0, kept = 0;
  while (kept < memory.size() && kept < kMostRemembered) {
    bytes += memory[kept]->sequence.bytes();
    if (bytes > budget() / 2) break;
    ++kept;
  }
  memory.resize(kept);
}

RememberedSequence::RememberedSequence(std::shared_ptr<OpenModel> model,
                                       std::span<const TokenId> prompt) {
  if (prompt.empty()) {
    pg::raise(core::Status(core::Code::kInvalidArgument, "there are no tokens to start from")
                  .with_hint("Give a text or at least one token."));
  }
  // A remembered sequence is cut back only if most of it is of use: two conversations that have no
  // more in common than their first token keep one each.
  Memory& memory = idle();
  auto best = memory.end();
  std::size_t best_common = 0;
  for (auto at = memory.begin(); at != memory.end(); ++at) {
    if ((*at)->model != model) continue;
    const std::size_t common = common_beginning((*at)->tokens, prompt);
    if (common > best_common && common >= (*at)->tokens.size() / 2) {
      best = at;
      best_common = common;
    }
  }
  if (best == memory.end()) {
    state_.reset(new State{model, {}, core::run::Sequence(model->model(), {0, budget() / 2})});
    return;
  }
  state_ = std::move(*best);
  memory.erase(best);
  const std::size_t common = std::min(best_common, prompt.size() - 1);
  state_->tokens.resize(common);
  state_->sequence.truncate(common);
}

RememberedSequence::~RememberedSequence() {
  if (!state_ || state_->tokens.empty()) return;
  try {
    remember(std::move(state_));
  } catch (const std::bad_alloc&) {  // then it is forgotten
  }
}

void RememberedSequence::append(std::span<const TokenId> tokens, core::run::Wanted wanted,
                                const core::run::PositionSink& sink) {
  pg::PollCheckpoint checkpoint;
  state_->tokens.reserve(state_->tokens.size() + tokens.size());
  pg::check(core::run::evaluate(model().model(), state_->sequence, tokens, wanted, sink,
                                {model().weights(), session_workers(), checkpoint}));
  state_->tokens.insert(state_->tokens.end(), tokens.begin(), tokens.end());
}

void RememberedSequence::append_together(std::span<const Continuation> all,
                                         const core::run::PositionSink& sink) {
  if (all.empty()) return;
  std::vector<core::run::Continuation> inner;
  for (const Continuation& one : all) {
    one.sequence->state_->tokens.reserve(one.sequence->length() + one.tokens.size());
    inner.push_back({&one.sequence->state_->sequence, one.tokens});
  }
  pg::PollCheckpoint checkpoint;
  OpenModel& model = all.front().sequence->model();
  pg::check(core::run::evaluate_together(model.model(), inner, sink,
                                         {model.weights(), session_workers(), checkpoint}));
  for (const Continuation& one : all) {
    auto& tokens = one.sequence->state_->tokens;
    tokens.insert(tokens.end(), one.tokens.begin(), one.tokens.end());
  }
}

std::size_t RememberedSequence::most_bytes() noexcept { return budget() / 2; }

std::span<const float> RememberedSequence::logits_after(std::span<const TokenId> tokens) {
  append(tokens, core::run::Wanted::kLast, [this](std::size_t, std::span<const float> values) {
    logits_.assign(values.begin(), values.end());
    return core::Status::ok();
  });
  return logits_;
}

}  // namespace hartonomous::serve
