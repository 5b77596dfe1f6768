// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A text's vector: the hidden states of its tokens, pooled and normalised as the model's
// description says.
#pragma once

#include <span>
#include <vector>

#include "core/run/machine.hpp"
#include "core/run/model.hpp"
#include "core/run/sequence.hpp"

namespace hartonomous::core::run {

// model.description().hidden numbers. The tokens are as the model expects them, special ones
// included. Errors and costs as evaluate(); the text must fit into the model's context. `max_bytes`
// bounds the keys and values.
Result<std::vector<float>> embed(const Model& model, std::span<const TokenId> tokens,
                                 std::size_t max_bytes, Machine machine);

}  // namespace hartonomous::core::run
