// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/stream_attention.hpp"

#include <algorithm>
#include <limits>
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
    kernels.round_to_half(queries.data(), queries.size(), rounded.data());
  }
  std::vector<QueryState> states(size, {-std::numeric_limits<float>::infinity(), 0});
  std::fill(out.begin(), out.end(), 0.0F);
  const AttentionTask task{&layer, rounded.empty() ? queries.data() : rounded.data(), positions,
                           out.data(), states.data()};
  workers.run(task.parts(), [&](std::size_t part) { kernels.attend_part(task, part); });
  for (std::size_t i = 0; i < size; ++i) {
    const float factor = states[i].total == 0 ? 0 : 1 / states[i].total;
    for (float& value : out.subspan(i * layer.value_size, layer.value_size)) value *= factor;
  }
}

}  // namespace hartonomous::core::run
