// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The numbers in a stored tensor, dequantised to float.
#pragma once

#include "core/tensor/slice.hpp"
#include "core/tensor/statistics.hpp"
#include "store/content_reader.hpp"

namespace hartonomous::store {

// A real[] must fit PostgreSQL's 1 GB value limit.
inline constexpr std::uint64_t kMaxArrayElements = (1ULL << 28) - 64;

// All values in row-major order. kLimitExceeded above kMaxArrayElements, kUnsupported for a dtype
// that is stored but not decoded. O(elements).
std::vector<float> read_values(const TensorKey& tensor);

// The stretches of elements that make up the hyper-rectangle [starts, starts + counts), in order.
// kInvalidArgument if it does not lie inside the shape.
std::vector<core::tensor::ElementRun> runs_of(const TensorKey& tensor,
                                              std::span<const std::int64_t> starts,
                                              std::span<const std::int64_t> counts);

// The values of the hyper-rectangle [starts, starts + counts), row-major. Reads only the blocks
// that hold them. kInvalidArgument if it does not lie inside the shape.
std::vector<float> read_slice(const TensorKey& tensor, std::span<const std::int64_t> starts,
                              std::span<const std::int64_t> counts);

// The same as stored: bytes of the tensor's own type, a gigabyte at most. kUnsupported for a tensor
// that is an expression; kInvalidArgument also for a part that does not consist of whole groups of
// elements that the type codes together.
std::vector<std::byte> read_slice_bytes(const TensorKey& tensor,
                                        std::span<const std::int64_t> starts,
                                        std::span<const std::int64_t> counts);

// Calls sink(first element, values) for the whole tensor in order, a bounded number at a time.
// REQUIRES: owner's rights.
void stream_values(const TensorKey& tensor,
                   const std::function<void(std::uint64_t, std::span<const float>)>& sink);

core::tensor::StatisticsSummary statistics_of(const TensorKey& tensor);

}  // namespace hartonomous::store
