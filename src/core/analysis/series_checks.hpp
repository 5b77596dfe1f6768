// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What every function on series asks of its arguments.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/analysis/series.hpp"

namespace hartonomous::core::analysis {

inline Status check(Series series, std::size_t least) {
  if (series.size() < least) {
    return {Code::kInvalidArgument,
            "the series needs at least " + std::to_string(least) + " values"};
  }
  if (!std::ranges::all_of(series, [](double value) { return std::isfinite(value); })) {
    return Status(Code::kInvalidArgument, "the series has values that are not finite")
        .with_hint("Leave out NaN and infinite values, or put others in their place.");
  }
  return Status::ok();
}

inline Status check_ahead(std::int64_t ahead) {
  if (ahead >= 0 && ahead <= 1'000'000) return Status::ok();
  return {Code::kInvalidArgument, "ahead must be between 0 and 1000000"};
}

}  // namespace hartonomous::core::analysis
