// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tensor/slice.hpp"

#include <string>

#include "core/base/checked.hpp"

namespace hartonomous::core::tensor {

namespace {

Status check(std::span<const std::uint64_t> shape, std::span<const std::uint64_t> starts,
             std::span<const std::uint64_t> counts) {
  if (starts.size() != shape.size() || counts.size() != shape.size()) {
    return {Code::kInvalidArgument, "a slice of a tensor with " + std::to_string(shape.size()) +
                                        " dimensions needs as many starts and counts, not " +
                                        std::to_string(starts.size()) + " and " +
                                        std::to_string(counts.size())};
  }
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (starts[i] > shape[i] || counts[i] > shape[i] - starts[i]) {
      return {Code::kInvalidArgument, "slice of " + std::to_string(counts[i]) + " from " +
                                          std::to_string(starts[i]) + " leaves dimension " +
                                          std::to_string(i) + " of size " +
                                          std::to_string(shape[i])};
    }
  }
  if (!checked_product(shape)) {
    return {Code::kInvalidArgument, "tensor has more elements than can be counted"};
  }
  return Status::ok();
}

}  // namespace

Result<std::vector<ElementRun>> slice_runs(std::span<const std::uint64_t> shape,
                                           std::span<const std::uint64_t> starts,
                                           std::span<const std::uint64_t> counts,
                                           std::uint64_t max_runs) {
  HARTONOMOUS_CHECK(check(shape, starts, counts));
  std::vector<ElementRun> runs;
  for (const std::uint64_t count : counts) {
    if (count == 0) return runs;
  }

  // Inner dimensions taken whole make longer runs: `outer` is the number of dimensions left to
  // walk, `length` the elements of one run, `stride` those of one step in dimension outer-1.
  std::size_t outer = shape.size();
  std::uint64_t length = 1, stride = 1, first = 0;
  while (outer > 0) {
    --outer;
    first += starts[outer] * stride;
    length *= counts[outer];
    stride *= shape[outer];
    if (counts[outer] != shape[outer]) break;
  }
  std::vector<std::uint64_t> strides(outer);
  for (std::size_t i = outer; i-- > 0;) {
    strides[i] = stride;
    first += starts[i] * stride;
    stride *= shape[i];
  }
  // Cannot overflow: counts are within the shape, whose product is counted.
  const std::uint64_t total = *checked_product(counts.first(outer));
  if (total > max_runs) {
    return Status(Code::kLimitExceeded, "slice is in " + std::to_string(total) +
                                            " pieces, more than the " + std::to_string(max_runs) +
                                            " allowed");
  }

  runs.reserve(total);
  std::vector<std::uint64_t> at(outer, 0);
  for (std::uint64_t offset = first;;) {
    runs.push_back({offset, length});
    std::size_t i = outer;
    while (i > 0 && ++at[i - 1] == counts[i - 1]) {
      offset -= (counts[i - 1] - 1) * strides[i - 1];
      at[--i] = 0;
    }
    if (i == 0) return runs;
    offset += strides[i - 1];
  }
}

}  // namespace hartonomous::core::tensor
