// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One batch of positions through all layers: of one sequence, or one each of several.
#pragma once

#include <span>
#include <vector>

#include "core/run/kv_cache.hpp"
#include "core/run/machine.hpp"
#include "core/run/model.hpp"
#include "core/run/rope_angles.hpp"

namespace hartonomous::core::run {

// Where a token stands: in which sequence, whose keys and values those are, and where in it.
struct PassPlace {
  KvCache* cache;
  const RopeAngles* angles;
  std::size_t position;
};

class ForwardPass {
 public:
  // Both outlive this.
  ForwardPass(const Model& model, Machine& machine) : model_(&model), machine_(&machine) {}

  // Hidden states, after the final norm, of the last `kept` of `tokens`; writes the keys and values
  // of all. The states are this object's until the next call. REQUIRES: 0 <= kept <= tokens.size(),
  // 0 < tokens.size() == places.size(); positions reserved; of a sequence's places, each right
  // behind the one before.
  Result<std::span<const float>> run(std::span<const std::uint32_t> tokens,
                                     std::span<const PassPlace> places, std::size_t kept);

 private:
  Status embed(std::span<const std::uint32_t> tokens);
  Status add_rows(const MatrixPlace& table, std::span<const std::size_t> rows);
  Status run_layer(std::size_t layer, std::size_t kept);
  Status attend(const LayerPlaces& places, std::size_t layer);
  Attention attention_of(std::size_t layer, std::size_t from, std::size_t count,
                         std::size_t tokens);
  Status project(const LayerPlaces& places, std::span<const float> in);
  void split(std::span<const float> joined);
  Status place_heads(const LayerPlaces& places, std::size_t layer);
  Status feed_forward(const LayerPlaces& places);
  Status normalize(const NormPlace& place, std::span<const float> in, std::span<float> out);
  void add_block();
  void keep_last(std::size_t kept);

  const ModelDescription& description() const noexcept { return model_->description(); }

  const Model* model_;
  Machine* machine_;
  std::vector<PassPlace> places_;
  std::size_t positions_ = 0;
  std::vector<float> states_;  // positions x hidden: the residual stream
  std::vector<float> normed_;  // what a block reads
  std::vector<float> block_;   // what a block gives
  std::vector<float> queries_, keys_, values_, attended_;
  std::vector<float> turns_;  // cosines and sines per position
};

}  // namespace hartonomous::core::run
