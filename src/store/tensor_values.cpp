// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/tensor_values.hpp"

#include <algorithm>

#include "core/base/checked.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/slice.hpp"
#include "pg/identity.hpp"
#include "store/low_rank.hpp"
#include "store/tensor_reader.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;

std::uint64_t element_count(const TensorKey& tensor) {
  return core::checked_product(tensor.shape).value_or(UINT64_MAX);
}

void require_array(std::uint64_t elements) {
  if (elements <= kMaxArrayElements) return;
  pg::raise(Status(Code::kLimitExceeded,
                   "result of " + std::to_string(elements) + " elements does not fit an array")
                .with_hint("Read parts of the tensor with hartonomous.read_slice()."));
}

std::vector<std::uint64_t> non_negative(std::span<const std::int64_t> values, const char* name) {
  std::vector<std::uint64_t> out;
  for (const std::int64_t value : values) {
    if (value < 0) pg::raise({Code::kInvalidArgument, std::string(name) + " must not be negative"});
    out.push_back(static_cast<std::uint64_t>(value));
  }
  return out;
}

}  // namespace

std::vector<core::tensor::ElementRun> runs_of(const TensorKey& tensor,
                                              std::span<const std::int64_t> starts,
                                              std::span<const std::int64_t> counts) {
  return pg::check(core::tensor::slice_runs(tensor.shape, non_negative(starts, "starts"),
                                            non_negative(counts, "counts")));
}

void stream_values(const TensorKey& tensor,
                   const std::function<void(std::uint64_t, std::span<const float>)>& sink) {
  const auto& dtype = core::tensor::info(tensor.dtype);
  const LowRankTerms terms(tensor);
  pg::PollCheckpoint checkpoint;
  std::vector<std::byte> pending;  // the tail of a block that cuts a quantised group in two
  std::vector<float> values;
  std::uint64_t done = 0;
  stream(blocks_of_tensor(tensor.tensor_id), Verify::kNo, checkpoint,
         [&](std::uint64_t, core::Bytes bytes) {
           pending.insert(pending.end(), bytes.begin(), bytes.end());
           const std::size_t groups = pending.size() / dtype.block_bytes;
           values.resize(groups * dtype.block_elements);
           const core::Bytes whole(pending.data(), groups * dtype.block_bytes);
           pg::check(core::tensor::dequantize(tensor.dtype, whole, values));
           terms.add(done, values);
           sink(done, std::span<const float>(values));
           done += values.size();
           pending.erase(pending.begin(),
                         pending.begin() + static_cast<std::ptrdiff_t>(whole.size()));
         });
}

std::vector<float> read_values(const TensorKey& tensor) {
  require_array(element_count(tensor));
  const pg::OwnerRights rights;
  std::vector<float> all(element_count(tensor));
  stream_values(tensor, [&](std::uint64_t first, std::span<const float> values) {
    std::ranges::copy(values, all.begin() + static_cast<std::ptrdiff_t>(first));
  });
  return all;
}

std::vector<float> read_slice(const TensorKey& tensor, std::span<const std::int64_t> starts,
                              std::span<const std::int64_t> counts) {
  constexpr std::uint64_t kPiece = 1 << 18;  // elements dequantised at a time
  const auto runs = runs_of(tensor, starts, counts);
  std::uint64_t total = 0;
  for (const auto& run : runs) total += run.length;
  require_array(total);
  const pg::OwnerRights rights;
  std::vector<float> all(total);
  TensorReader reader(tensor);
  std::size_t at = 0;
  for (const auto& run : runs) {
    for (std::uint64_t done = 0; done < run.length; done += kPiece) {
      const std::size_t count = std::min(kPiece, run.length - done);
      reader.read(run.offset + done, std::span(all).subspan(at, count));
      at += count;
      pg::poll();
    }
  }
  return all;
}

std::vector<std::byte> read_slice_bytes(const TensorKey& tensor,
                                        std::span<const std::int64_t> starts,
                                        std::span<const std::int64_t> counts) {
  const auto& type = core::tensor::info(tensor.dtype);
  if (!tensor.steps.empty()) {
    pg::raise(Status(Code::kUnsupported, "tensor is an expression and has no bytes")
                  .with_hint("Read its values with hartonomous.read_slice()."));
  }
  const auto runs = runs_of(tensor, starts, counts);
  std::uint64_t total = 0;
  for (const auto& run : runs) {
    if (run.offset % type.block_elements != 0 || run.length % type.block_elements != 0) {
      pg::raise(Status(Code::kInvalidArgument, "part does not consist of whole groups")
                    .with_detail(std::string(type.name) + " codes " +
                                 std::to_string(type.block_elements) + " elements together."));
    }
    total += run.length / type.block_elements * type.block_bytes;
  }
  require_array(total / sizeof(float));
  const pg::OwnerRights rights;
  std::vector<std::byte> all(total);
  RangeReader reader(blocks_of_tensor(tensor.tensor_id));
  std::size_t at = 0;
  for (const auto& run : runs) {
    const std::size_t length = run.length / type.block_elements * type.block_bytes;
    reader.read(run.offset / type.block_elements * type.block_bytes,
                std::span(all).subspan(at, length));
    at += length;
  }
  return all;
}

core::tensor::StatisticsSummary statistics_of(const TensorKey& tensor) {
  const pg::OwnerRights rights;
  core::tensor::Statistics statistics;
  stream_values(tensor,
                [&](std::uint64_t, std::span<const float> values) { statistics.add(values); });
  return statistics.summary();
}

}  // namespace hartonomous::store
