// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/stream_attention.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <vector>

#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

void attend(std::span<const Attention> sequences, Workers& workers, const KernelSet& kernels) {
  std::size_t to_round = 0, parts = 0, each = 0;
  for (const Attention& one : sequences) {
    if (one.layer.cache_type == tensor::DType::kF16) to_round += one.queries.size();
  }
  const auto rounded = std::make_unique_for_overwrite<float[]>(to_round);
  std::vector<AttentionTask> tasks;
  std::vector<std::size_t> ends;  // of the tasks' parts
  float* room = rounded.get();
  for (const Attention& one : sequences) {
    AttentionTask task{&one.layer, one.queries.data(), one.positions, one.out.data()};
    if (one.layer.cache_type == tensor::DType::kF16) {
      kernels.round_to_half(one.queries.data(), one.queries.size(), room, 8);
      task.queries = room;
      room += one.queries.size();
    }
    tasks.push_back(task);
    ends.push_back(parts += task.parts());
    each = std::max(each, task.scratch_floats());
  }
  const std::size_t at_once = std::min(parts, workers.count());
  if (at_once == 0) return;
  const auto scratch = std::make_unique_for_overwrite<float[]>(at_once * each);
  std::atomic<std::size_t> next = 0;
  workers.run(at_once, [&](std::size_t worker) {
    for (std::size_t part; (part = next++) < parts;) {
      const auto i = static_cast<std::size_t>(std::ranges::upper_bound(ends, part) - ends.begin());
      const std::size_t first = i == 0 ? 0 : ends[i - 1];
      kernels.attend_part(tasks[i], part - first, scratch.get() + worker * each);
    }
  });
}

}  // namespace hartonomous::core::run
