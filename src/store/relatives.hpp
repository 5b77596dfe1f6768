// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a new tensor may have been made from: stored tensors of as many numbers whose samples lie
// near. Names play no part; a tune is found whatever it calls its weights.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/block/similarity_sketch.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::store {

struct Relative {
  std::int64_t tensor_id;
  core::tensor::DType dtype;
  std::vector<std::uint64_t> shape;
  std::uint32_t distance;  // core::block::distance()
};

// The sketches of stored tensors of as many numbers, of at most the 100,000 oldest. Sees the active
// snapshot. REQUIRES: owner's rights.
struct StoredSketches {
  std::vector<std::int64_t> tensor_ids;  // ascending
  std::vector<core::block::SimilaritySketch> sketches;
};
StoredSketches stored_sketches(std::uint64_t elements);

// Remembers sketches between tensors of one upload, at most 100 MiB of them. Sees the active
// snapshot. REQUIRES: owner's rights while it lives.
class RelativeFinder {
 public:
  // Tensors of these versions are preferred to others hardly nearer.
  explicit RelativeFinder(std::span<const std::int64_t> parent_versions);

  // At most 16, the likeliest first: those of preferred versions, then the older of those that are
  // hardly farther than the nearest, then by distance.
  std::vector<Relative> find(std::uint64_t elements, const core::block::SimilaritySketch& sketch);

  // From now on versions that hold this tensor are preferred: what was made of one tensor of a
  // model was made of its others.
  void prefer_versions_of(std::int64_t tensor_id);

 private:
  const StoredSketches& sketches_of(std::uint64_t elements);

  std::unordered_map<std::uint64_t, StoredSketches> by_elements_;
  std::size_t remembered_ = 0;
  std::unordered_set<std::int64_t> preferred_;  // tensors
};

}  // namespace hartonomous::store
