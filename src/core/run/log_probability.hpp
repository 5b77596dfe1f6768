// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Probabilities of a model's next token: the softmax over the logits of the whole vocabulary, in
// double precision, before any of a sampler's steps.
#pragma once

#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::run {

// kOutOfRange, naming the first token concerned, if a logit is infinite or not a number;
// kInvalidArgument if there are none. O(tokens).
Status check_logits(std::span<const float> logits);

// The natural logarithm of the sum of e^logit: a token's log-probability is its logit less this.
// Errors as check_logits. O(tokens).
Result<double> log_sum_exp(std::span<const float> logits);

// The `count` tokens of the highest logits, highest first and of equal ones the lowest id first;
// all of them if there are fewer. REQUIRES: logits are finite. O(tokens + count log count).
std::vector<tokenizer::TokenId> likeliest_tokens(std::span<const float> logits, std::size_t count);

}  // namespace hartonomous::core::run
