// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/sampling.hpp"

#include <cmath>

#include "core/base/random_number.hpp"

namespace hartonomous::core::graph {

Status check(const SamplingOptions& options) {
  if (options.top_k == 0) return {Code::kInvalidArgument, "top_k must be at least 1"};
  if (!(options.top_p > 0 && options.top_p <= 1)) {
    return {Code::kInvalidArgument, "top_p must be above 0 and at most 1"};
  }
  if (!(options.temperature >= 0 && options.temperature <= 100)) {
    return {Code::kInvalidArgument, "temperature must be between 0 and 100"};
  }
  return Status::ok();
}

std::size_t draw(std::span<const Prediction> words, const SamplingOptions& options,
                 std::uint64_t index) {
  if (options.temperature == 0) return 0;
  std::vector<double> share;
  double total = 0;
  for (const Prediction& p : words) {
    // Relative to the likeliest, so that a low temperature does not underflow all of them.
    const double relative = p.probability / words[0].probability;
    share.push_back(options.temperature == 1 ? relative
                                             : std::pow(relative, 1 / options.temperature));
    total += share.back();
  }
  double kept = 0;
  std::size_t count = 0;
  while (count < share.size() && (count == 0 || kept < options.top_p * total)) {
    kept += share[count++];
  }
  double left = random_number(options.seed, index) * kept;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (left < share[i]) return i;
    left -= share[i];
  }
  return count - 1;
}

}  // namespace hartonomous::core::graph
