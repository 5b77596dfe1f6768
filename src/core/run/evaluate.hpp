// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The forward pass: tokens in, logits out. For one model, one sequence of tokens has one sequence
// of logits, bit for bit: however the tokens are split among calls, and however many workers there
// are.
#pragma once

#include <functional>
#include <span>

#include "core/run/machine.hpp"
#include "core/run/model.hpp"
#include "core/run/sequence.hpp"

namespace hartonomous::core::run {

enum class Wanted : std::uint8_t {
  kNothing,  // the keys and values alone
  kLast,     // the last token's logits
  kAll,      // every token's
};

// Gets one position's vector of floats (logits, or a hidden state); a failing Status ends the pass.
using PositionSink = std::function<Status(std::size_t position, std::span<const float> values)>;

// Appends `tokens` to the sequence and hands logits (vocabulary numbers per position) to `sink` in
// order of positions. Logits are never held for more positions than fit in 16 MiB.
//
// kInvalidArgument for no tokens, a token that is not below model.vocabulary(), or a model that is
// no decoder; kLimitExceeded beyond the sequence's context; kOutOfMemory beyond its memory; else
// errors of the weight source. After any error, and after an exception out of the checkpoint, the
// sequence is as long as before. The checkpoint is reached several times per layer.
// O(tokens * weights + tokens * length); not thread-safe for one sequence.
// REQUIRES: the sequence was made for this model.
Status evaluate(const Model& model, Sequence& sequence, std::span<const TokenId> tokens,
                Wanted wanted, const PositionSink& sink, Machine machine);

// What a sequence goes on with.
struct Continuation {
  Sequence* sequence;
  std::span<const TokenId> tokens;
};

// Appends to each sequence its tokens and hands over the last one's logits, numbered as it is; the
// weights are read once for each 256 tokens of all. The logits are what evaluate() would give, bit
// for bit. Errors as of evaluate(); after any, no sequence is longer than before.
// REQUIRES: no sequence twice; each made for this model.
Status evaluate_together(const Model& model, std::span<const Continuation> all,
                         const PositionSink& sink, Machine machine);

// As evaluate(), for any model that has layers, but hands over the hidden states, hidden numbers
// per position, after the final norm. An encoder takes its whole text at once: the sequence must
// be empty before, and is again afterwards.
Status evaluate_hidden(const Model& model, Sequence& sequence, std::span<const TokenId> tokens,
                       Wanted wanted, const PositionSink& sink, Machine machine);

}  // namespace hartonomous::core::run
