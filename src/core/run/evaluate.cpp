// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/evaluate.hpp"

#include <algorithm>

#include "core/run/forward_pass.hpp"
#include "core/run/kernels/pointwise.hpp"
#include "core/run/linear.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kBatch = 256;  // positions that go through the layers together
constexpr std::size_t kHeldLogits = (16 << 20) / sizeof(float);

}  // namespace

class Evaluation {
 public:
  Evaluation(const Model& model, Machine& machine)
      : model_(model), machine_(machine), pass_(model, machine) {}

  Status check(const Sequence& sequence, std::span<const TokenId> tokens) const {
    if (tokens.empty()) return {Code::kInvalidArgument, "there are no tokens to evaluate"};
    for (const TokenId token : tokens) {
      if (token < model_.vocabulary()) continue;
      return Status(Code::kInvalidArgument,
                    "token " + std::to_string(token) + " is not in the model's vocabulary")
          .with_detail("It has " + std::to_string(model_.vocabulary()) + " tokens.");
    }
    const std::size_t context = sequence.context_length_;
    if (tokens.size() <= context - std::min(context, sequence.length_)) return Status::ok();
    return Status(Code::kLimitExceeded, std::to_string(sequence.length_ + tokens.size()) +
                                            " tokens exceed the context of " +
                                            std::to_string(context))
        .with_hint("Shorten the text, or evaluate it in parts that fit.");
  }

  // Calls states(first position, rows of hidden states) for each batch.
  template <class F>
  Status run(Sequence& sequence, std::span<const TokenId> tokens, Wanted wanted, F&& states) {
    const bool is_encoder = model_.description().kind == ModelKind::kEncoder;
    const std::size_t batch = is_encoder ? tokens.size() : kBatch;
    HARTONOMOUS_CHECK(sequence.cache_.reserve(sequence.length_ + tokens.size()));
    std::vector<PassPlace> places;
    for (std::size_t begin = 0; begin < tokens.size(); begin += batch) {
      const std::size_t count = std::min(batch, tokens.size() - begin);
      const bool is_last = begin + count == tokens.size();
      const std::size_t kept =
          wanted == Wanted::kAll ? count : (wanted == Wanted::kLast && is_last ? 1 : 0);
      const std::size_t first = sequence.length_ + begin;
      places.clear();
      for (std::size_t i = 0; i < count; ++i) places.push_back(place(sequence, first + i));
      HARTONOMOUS_TRY(const std::span<const float> rows,
                      pass_.run(tokens.subspan(begin, count), places, kept));
      if (kept > 0) HARTONOMOUS_CHECK(states(first + count - kept, rows));
    }
    if (!is_encoder) sequence.length_ += tokens.size();
    return Status::ok();
  }

  // One token of each sequence.
  Status step(std::span<Sequence* const> sequences, std::span<const TokenId> tokens,
              const PositionSink& sink) {
    std::vector<PassPlace> places;
    for (Sequence* sequence : sequences) {
      HARTONOMOUS_CHECK(sequence->cache_.reserve(sequence->length_ + 1));
      places.push_back(place(*sequence, sequence->length_));
    }
    HARTONOMOUS_TRY(const std::span<const float> rows, pass_.run(tokens, places, tokens.size()));
    HARTONOMOUS_CHECK(give_logits(0, rows, sink));
    for (Sequence* sequence : sequences) ++sequence->length_;
    return Status::ok();
  }

  // Logits of rows of hidden states, some rows at a time.
  Status give_logits(std::size_t first, std::span<const float> rows, const PositionSink& sink) {
    const ModelDescription& model = model_.description();
    const std::size_t vocabulary = model_.vocabulary();
    const std::size_t held = std::max<std::size_t>(kHeldLogits / vocabulary, 1);
    const std::size_t count = rows.size() / model.hidden;
    for (std::size_t begin = 0; begin < count; begin += held) {
      const std::size_t some = std::min(held, count - begin);
      logits_.resize(some * vocabulary);
      const Activations in(rows.subspan(begin * model.hidden, some * model.hidden), some,
                           model.hidden);
      HARTONOMOUS_CHECK(apply(*model_.places().output, in, logits_, machine_));
      if (model.logit_scale != 1) {
        for (float& logit : logits_) logit *= model.logit_scale;
      }
      if (model.logit_cap > 0) soft_cap(model.logit_cap, logits_);
      for (std::size_t i = 0; i < some; ++i) {
        HARTONOMOUS_CHECK(
            sink(first + begin + i, std::span(logits_).subspan(i * vocabulary, vocabulary)));
      }
    }
    return Status::ok();
  }

 private:
  static PassPlace place(Sequence& sequence, std::size_t position) noexcept {
    return {&sequence.cache_, &sequence.angles_, position};
  }

  const Model& model_;
  Machine& machine_;
  ForwardPass pass_;
  std::vector<float> logits_;
};

namespace {

Status require_decoder(const Model& model) {
  if (model.description().kind == ModelKind::kDecoder) return Status::ok();
  return Status(Code::kInvalidArgument, "the model is an encoder and predicts no tokens")
      .with_hint("Ask it for vectors instead.");
}

}  // namespace

Status evaluate(const Model& model, Sequence& sequence, std::span<const TokenId> tokens,
                Wanted wanted, const PositionSink& sink, Machine machine) {
  HARTONOMOUS_CHECK(require_decoder(model));
  Evaluation evaluation(model, machine);
  HARTONOMOUS_CHECK(evaluation.check(sequence, tokens));
  return evaluation.run(sequence, tokens, wanted,
                        [&](std::size_t first, std::span<const float> rows) {
                          return evaluation.give_logits(first, rows, sink);
                        });
}

Status evaluate_step(const Model& model, std::span<Sequence* const> sequences,
                     std::span<const TokenId> tokens, const PositionSink& sink, Machine machine) {
  HARTONOMOUS_CHECK(require_decoder(model));
  Evaluation evaluation(model, machine);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    HARTONOMOUS_CHECK(evaluation.check(*sequences[i], tokens.subspan(i, 1)));
  }
  return tokens.empty() ? Status::ok() : evaluation.step(sequences, tokens, sink);
}

Status evaluate_hidden(const Model& model, Sequence& sequence, std::span<const TokenId> tokens,
                       Wanted wanted, const PositionSink& sink, Machine machine) {
  const std::size_t hidden = model.description().hidden;
  Evaluation evaluation(model, machine);
  HARTONOMOUS_CHECK(evaluation.check(sequence, tokens));
  return evaluation.run(sequence, tokens, wanted,
                        [&](std::size_t first, std::span<const float> rows) -> Status {
                          for (std::size_t i = 0; i < rows.size() / hidden; ++i) {
                            HARTONOMOUS_CHECK(sink(first + i, rows.subspan(i * hidden, hidden)));
                          }
                          return Status::ok();
                        });
}

}  // namespace hartonomous::core::run
