// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/embed.hpp"

#include "core/run/evaluate.hpp"
#include "core/run/pooler.hpp"

namespace hartonomous::core::run {

Result<std::vector<float>> embed(const Model& model, std::span<const TokenId> tokens,
                                 std::size_t max_bytes, Machine machine) {
  const ModelDescription& description = model.description();
  Sequence sequence(model, {.context_length = 0, .max_bytes = max_bytes});
  Pooler pooler(description.pooling, description.hidden);
  const bool needs_one = description.pooling == Pooling::kLast;
  const PositionSink add = [&](std::size_t, std::span<const float> state) {
    pooler.add(state);
    return Status::ok();
  };
  HARTONOMOUS_CHECK(evaluate_hidden(model, sequence, tokens,
                                    needs_one ? Wanted::kLast : Wanted::kAll, add, machine));
  return pooler.vector(description.normalizes_vectors);
}

}  // namespace hartonomous::core::run
