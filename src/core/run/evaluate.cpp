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

  Status run_together(std::span<const Continuation> all, const PositionSink& sink) {
    for (const Continuation& one : all) {
      HARTONOMOUS_CHECK(one.sequence->cache_.reserve(one.sequence->length_ + one.tokens.size()));
    }
    std::vector<TokenId> tokens;
    std::vector<PassPlace> places;
    std::vector<std::size_t> lasts;  // which of them are the last of theirs
    std::size_t handed = 0;
    const auto pass = [&]() -> Status {
      const std::size_t kept = lasts.empty() ? 0 : tokens.size() - lasts.front();
      HARTONOMOUS_TRY(const std::span<const float> rows, pass_.run(tokens, places, kept));
      HARTONOMOUS_CHECK(give_logits(handed, some_rows(rows, lasts), sink));
      handed += lasts.size();
      tokens.clear();
      places.clear();
      lasts.clear();
      return Status::ok();
    };
    for (const Continuation& one : all) {
      for (std::size_t i = 0; i < one.tokens.size(); ++i) {
        tokens.push_back(one.tokens[i]);
        places.push_back(place(*one.sequence, one.sequence->length_ + i));
        if (i + 1 == one.tokens.size()) lasts.push_back(tokens.size() - 1);
        if (tokens.size() == kBatch) HARTONOMOUS_CHECK(pass());
      }
    }
    if (!tokens.empty()) HARTONOMOUS_CHECK(pass());
    for (const Continuation& one : all) one.sequence->length_ += one.tokens.size();
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
  // Those of `rows`, which begin with the first of `numbers`, that are wanted.
  std::span<const float> some_rows(std::span<const float> rows,
                                   std::span<const std::size_t> numbers) {
    const std::size_t hidden = model_.description().hidden;
    if (numbers.size() * hidden == rows.size()) return rows;
    rows_.clear();
    for (const std::size_t number : numbers) {
      const auto row = rows.subspan((number - numbers.front()) * hidden, hidden);
      rows_.insert(rows_.end(), row.begin(), row.end());
    }
    return rows_;
  }
  static PassPlace place(Sequence& sequence, std::size_t position) noexcept {
    return {&sequence.cache_, &sequence.angles_, position};
  }

  const Model& model_;
  Machine& machine_;
  ForwardPass pass_;
  std::vector<float> rows_, logits_;
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

Status evaluate_together(const Model& model, std::span<const Continuation> all,
                         const PositionSink& sink, Machine machine) {
  HARTONOMOUS_CHECK(require_decoder(model));
  Evaluation evaluation(model, machine);
  for (const Continuation& one : all) {
    HARTONOMOUS_CHECK(evaluation.check(*one.sequence, one.tokens));
  }
  return evaluation.run_together(all, sink);
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
