// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Going on with a text by a domain's distributions: drawn word by word, or the most probable.
#pragma once

#include "store/edge_predictor.hpp"

namespace hartonomous::store {

struct Completion {
  std::string_view prompt;
  std::int32_t max_tokens;
  std::string_view method;  // sample, best or beam
  double temperature, top_p;
  std::int32_t top_k;
  std::int64_t seed;
  std::int32_t width;
};
// The words that follow, as text, to the end of the sentence or max_tokens of them. Throws Failure:
// kInvalidArgument for an argument out of its range, kLimitExceeded if `best` has to look at too
// many continuations.
std::string complete(Predictor& predictor, const Completion& request, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
