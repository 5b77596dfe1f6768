// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A rectangular slice of a tensor as runs of contiguous elements, so that a reader fetches exactly
// the bytes it needs. Row-major order, outermost dimension first; so is the slice's own order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.hpp"

namespace hartonomous::core::tensor {

struct ElementRun {
  std::uint64_t offset;  // in elements from the start of the tensor
  std::uint64_t length;  // in elements, > 0
  bool operator==(const ElementRun&) const = default;
};

// Covers starts[i] .. starts[i]+counts[i]-1 in every dimension i. Adjacent runs are joined; an
// empty slice (some count 0) has no runs; a scalar (empty shape) is one run of one element.
// kInvalidArgument if the lengths differ or the slice leaves the shape; kLimitExceeded above
// `max_runs` runs. O(runs * rank).
Result<std::vector<ElementRun>> slice_runs(std::span<const std::uint64_t> shape,
                                           std::span<const std::uint64_t> starts,
                                           std::span<const std::uint64_t> counts,
                                           std::uint64_t max_runs = 16'777'216);

}  // namespace hartonomous::core::tensor
