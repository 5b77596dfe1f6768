// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/stream_attention.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

void attend(const AttentionLayer& layer, std::span<const float> queries, std::size_t positions,
            std::span<float> out, Workers& workers, const KernelSet& kernels) {
  const std::size_t size = positions * layer.heads;
  if (size == 0) return;
  std::vector<float> rounded;
  if (layer.cache_type == tensor::DType::kF16) {
    rounded.resize(queries.size());
    kernels.round_to_half(queries.data(), queries.size(), rounded.data(), 8);
  }
  const AttentionTask task{&layer, rounded.empty() ? queries.data() : rounded.data(), positions,
                           out.data()};
  const std::size_t at_once = std::min(task.parts(), workers.count());
  const std::size_t each = task.scratch_floats();
  const auto scratch = std::make_unique_for_overwrite<float[]>(at_once * each);
  std::atomic<std::size_t> next = 0;
  workers.run(at_once, [&](std::size_t worker) {
    for (std::size_t part; (part = next++) < task.parts();) {
      kernels.attend_part(task, part, scratch.get() + worker * each);
    }
  });
}

}  // namespace hartonomous::core::run
