// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One batch of positions through all layers.
#pragma once

#include <span>
#include <vector>

#include "core/run/kv_cache.hpp"
#include "core/run/machine.hpp"
#include "core/run/model.hpp"
#include "core/run/rope_angles.hpp"

namespace hartonomous::core::run {

class ForwardPass {
 public:
  // All outlive this.
  ForwardPass(const Model& model, KvCache& cache, const RopeAngles& angles, Machine& machine)
      : model_(&model), cache_(&cache), angles_(&angles), machine_(&machine) {}

  // Hidden states, after the final norm, of the last `kept` of `tokens`, whose first stands at
  // position `first`; writes the keys and values of all. The states are this object's until the
  // next call. REQUIRES: 0 <= kept <= tokens.size(), 0 < tokens.size(); positions reserved.
  Result<std::span<const float>> run(std::span<const std::uint32_t> tokens, std::size_t first,
                                     std::size_t kept);

 private:
  Status embed(std::span<const std::uint32_t> tokens);
  Status add_rows(const MatrixPlace& table, std::span<const std::size_t> rows);
  Status run_layer(std::size_t layer, std::size_t kept);
  Status attend(const LayerPlaces& places, std::size_t layer);
  Status project(const LayerPlaces& places, std::span<const float> in);
  void split(std::span<const float> joined);
  Status place_heads(const LayerPlaces& places, std::size_t layer);
  Status feed_forward(const LayerPlaces& places);
  Status normalize(const NormPlace& place, std::span<const float> in, std::span<float> out);
  void add_block();
  void keep_last(std::size_t kept);

  const ModelDescription& description() const noexcept { return model_->description(); }

  const Model* model_;
  KvCache* cache_;
  const RopeAngles* angles_;
  Machine* machine_;
  std::size_t first_ = 0, positions_ = 0,
              end_ = 0;        // end_: of the batch, also once some are dropped
  std::vector<float> states_;  // positions x hidden: the residual stream
  std::vector<float> normed_;  // what a block reads
  std::vector<float> block_;   // what a block gives
  std::vector<float> queries_, keys_, values_, attended_;
  std::vector<float> turns_;   // cosines and sines per position
  std::vector<float> scores_;  // one row per part of attend_positions()
};

}  // namespace hartonomous::core::run
