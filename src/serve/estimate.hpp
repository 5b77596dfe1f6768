// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What an answer of a model will cost, before it is asked: generating is bound by reading the
// weights once for each token.
#pragma once

#include "serve/open_model.hpp"

namespace hartonomous::serve {

struct Estimate {
  std::uint64_t weight_bytes;     // of all tensors
  std::uint64_t bytes_per_token;  // of those that one token needs; of experts, as many as are used
  StoredWeights::Residency residency;
  double read_rate;  // bytes per second at which the session's threads read memory, measured now
};

// Reads up to 256 MiB of the weights that are in memory, twice: some 50 ms. A rate of 0 if none is.
Estimate estimate(OpenModel& model);

}  // namespace hartonomous::serve
