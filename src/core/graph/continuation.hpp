// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The likeliest continuations of a context, whole rather than word by word. They are what a model
// holds most probable, not good prose: for text, sampling reads better.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/graph/language_model.hpp"

namespace hartonomous::core::graph {

// A product of probabilities that neither underflows nor depends on a logarithm: mantissa *
// 2^exponent.
struct ScaledProbability {
  double mantissa = 0.5;  // 0.5 <= mantissa < 1, or 0
  std::int64_t exponent = 1;

  ScaledProbability times(double p) const noexcept;
  double natural_log() const noexcept;
  bool operator==(const ScaledProbability&) const = default;
  bool operator<(const ScaledProbability& other) const noexcept;
};

struct Continuation {
  std::vector<Symbol> words;  // without the kEnd that may have closed them
  bool is_ended = false;      // by kEnd
  ScaledProbability probability;
};

// The single likeliest continuation of `length` words, or of fewer closed by kEnd. Best first: as
// every further word can only cost, the first complete continuation to come to the front is the
// best (Meister, Vieira and Cotterell 2020). Exact, or nothing after `limit` continuations have
// been at the front. Memory O(limit). The unknown word is not used.
std::optional<Continuation> best_continuation(const LanguageModel& model, Context context,
                                              std::uint32_t length, std::uint64_t limit,
                                              Checkpoint& checkpoint);

// Beam search: of all continuations one word longer, only the `width` likeliest go on, those ended
// by kEnd included. Up to `width` continuations, likeliest first; not necessarily the best.
// O(length * width^2 * order). REQUIRES: width > 0.
std::vector<Continuation> beam_search(const LanguageModel& model, Context context,
                                      std::uint32_t length, std::uint32_t width,
                                      Checkpoint& checkpoint);

}  // namespace hartonomous::core::graph
