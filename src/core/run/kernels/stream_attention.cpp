// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/stream_attention.hpp"

#include <limits>
#include <vector>

#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

void attend(const AttentionLayer& layer, std::span<const float> queries, std::size_t positions,
            std::span<float> out, Workers& workers, const KernelSet& kernels) {
  const std::size_t size = positions * layer.heads;
  if (size == 0) return;
  std::vector<QueryState> states(size, {-std::numeric_limits<float>::infinity(), 0});
  AttentionTask task{&layer, queries.data(), positions, out.data(), states.data()};
  std::vector<float> rounded;
  if (layer.cache_type == tensor::DType::kF16 && !task.has_panels()) {
    rounded.resize(queries.size());
    kernels.round_to_half(queries.data(), queries.size(), rounded.data(), 8);
    task.queries = rounded.data();
  }
  workers.run(task.parts(), [&](std::size_t part) { kernels.attend_part(task, part); });
}

}  // namespace hartonomous::core::run
