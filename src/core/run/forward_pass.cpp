// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The residual stream of some positions walks through the layers. Every step treats a position by
// itself, but attention, which reads what the cache holds of earlier ones; so a batch of any size
// gives the same bits. docs/internals/run.md describes the steps and their order.
#include "core/run/forward_pass.hpp"

#include <algorithm>

#include "core/run/feed_forward.hpp"
#include "core/run/kernels/rope.hpp"
#include "core/run/linear.hpp"

namespace hartonomous::core::run {

Result<std::span<const float>> ForwardPass::run(std::span<const std::uint32_t> tokens,
                                                std::span<const PassPlace> places,
                                                std::size_t kept) {
  const ModelDescription& model = description();
  places_.assign(places.begin(), places.end());
  positions_ = tokens.size();
  for (std::vector<float>* buffer : {&states_, &normed_, &block_}) {
    buffer->resize(positions_ * model.hidden);
  }
  const std::size_t turned = places.front().angles->dimensions();
  turns_.resize(positions_ * turned);
  for (std::size_t p = 0; p < positions_; ++p) {
    places[p].angles->fill(places[p].position, std::span(turns_).subspan(p * turned, turned));
  }
  HARTONOMOUS_CHECK(embed(tokens));
  for (std::size_t layer = 0; layer < model.layers; ++layer) {
    HARTONOMOUS_CHECK(run_layer(layer, layer + 1 == model.layers ? kept : positions_));
  }
  if (kept > 0 && model_->places().final_norm) {
    HARTONOMOUS_CHECK(normalize(*model_->places().final_norm, states_, states_));
  }
  return std::span<const float>(states_).first(kept * model.hidden);
}

Status ForwardPass::add_rows(const MatrixPlace& table, std::span<const std::size_t> rows) {
  HARTONOMOUS_CHECK(gather(table, rows, block_, *machine_));
  for (std::size_t i = 0; i < states_.size(); ++i) states_[i] += block_[i];
  return Status::ok();
}

Status ForwardPass::embed(std::span<const std::uint32_t> tokens) {
  const ModelDescription& model = description();
  const ModelPlaces& places = model_->places();
  std::vector<std::size_t> rows(tokens.begin(), tokens.end());
  HARTONOMOUS_CHECK(gather(places.token_embedding, rows, states_, *machine_));
  if (model.embedding_scale != 1) {
    for (float& x : states_) x *= model.embedding_scale;
  }
  if (places.token_types) {
    std::ranges::fill(rows, 0U);
    HARTONOMOUS_CHECK(add_rows(*places.token_types, rows));
  }
  if (places.position_embedding) {
    for (std::size_t p = 0; p < rows.size(); ++p) {
      rows[p] = places_[p].position + model.position_offset;
    }
    HARTONOMOUS_CHECK(add_rows(*places.position_embedding, rows));
  }
  if (places.embedding_norm) {
    HARTONOMOUS_CHECK(normalize(*places.embedding_norm, states_, states_));
  }
  return Status::ok();
}

Status ForwardPass::normalize(const NormPlace& place, std::span<const float> in,
                              std::span<float> out) {
  return apply(place, description().norm, in, out, *machine_);
}

// states += residual_scale * block.
void ForwardPass::add_block() {
  const float scale = description().residual_scale;
  const std::size_t size = description().hidden;
  for_each(machine_->workers, positions_, size, [&](std::size_t p) {
    for (std::size_t i = p * size; i < (p + 1) * size; ++i) states_[i] += scale * block_[i];
  });
}

// Drops all positions but the last `kept` once their keys and values are stored.
void ForwardPass::keep_last(std::size_t kept) {
  const auto dropped = static_cast<std::ptrdiff_t>((positions_ - kept) * description().hidden);
  states_.erase(states_.begin(), states_.begin() + dropped);
  normed_.erase(normed_.begin(), normed_.begin() + dropped);
  block_.resize(kept * description().hidden);
  const auto queries =
      static_cast<std::ptrdiff_t>((positions_ - kept) * description().query_size());
  queries_.erase(queries_.begin(), queries_.begin() + queries);
  places_.erase(places_.begin(), places_.end() - static_cast<std::ptrdiff_t>(kept));
  positions_ = kept;
}

Status ForwardPass::run_layer(std::size_t layer, std::size_t kept) {
  const ModelDescription& model = description();
  const LayerPlaces& places = model_->places().layers[layer];
  const bool norms_first = model.norm_placement != NormPlacement::kAfter;
  if (norms_first) {
    HARTONOMOUS_CHECK(normalize(places.attention_norm, states_, normed_));
  } else {
    normed_ = states_;
  }
  HARTONOMOUS_CHECK(project(places, normed_));
  HARTONOMOUS_CHECK(place_heads(places, layer));
  if (kept < positions_) keep_last(kept);
  if (kept == 0) return Status::ok();
  HARTONOMOUS_CHECK(attend(places, layer));
  if (model.has_parallel_residual) {
    HARTONOMOUS_CHECK(normalize(places.feed_forward_norm, states_, normed_));
    add_block();
    HARTONOMOUS_CHECK(feed_forward(places));
    add_block();
    return Status::ok();
  }
  if (places.attention_post_norm) {
    HARTONOMOUS_CHECK(normalize(*places.attention_post_norm, block_, block_));
  }
  add_block();
  if (norms_first) {
    HARTONOMOUS_CHECK(normalize(places.feed_forward_norm, states_, normed_));
  } else {
    HARTONOMOUS_CHECK(normalize(places.attention_norm, states_, states_));
    normed_ = states_;
  }
  HARTONOMOUS_CHECK(feed_forward(places));
  if (places.feed_forward_post_norm) {
    HARTONOMOUS_CHECK(normalize(*places.feed_forward_post_norm, block_, block_));
  }
  add_block();
  if (!norms_first) {
    HARTONOMOUS_CHECK(normalize(places.feed_forward_norm, states_, states_));
  }
  return Status::ok();
}

Status ForwardPass::feed_forward(const LayerPlaces& places) {
  const Activations in(normed_, positions_, description().hidden);
  return places.experts ? apply(*places.experts, description(), in, block_, *machine_)
                        : apply(*places.feed_forward, description(), in, block_, *machine_);
}

}  // namespace hartonomous::core::run
