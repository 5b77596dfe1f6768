// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The attention block of a layer: queries, keys and values out of the normed states, rotated and
// stored; then every head of every position over what it may see.
#include <algorithm>

#include "core/run/forward_pass.hpp"
#include "core/run/kernels/norm.hpp"
#include "core/run/kernels/rope.hpp"
#include "core/run/linear.hpp"

namespace hartonomous::core::run {

Status ForwardPass::project(const LayerPlaces& places, std::span<const float> in) {
  const ModelDescription& model = description();
  const Activations states(in, positions_, model.hidden);
  queries_.resize(positions_ * model.query_size());
  keys_.resize(positions_ * model.key_size());
  values_.resize(positions_ * model.key_size());
  if (places.qkv.size() == 3) {
    HARTONOMOUS_CHECK(apply(places.qkv[0], states, queries_, *machine_));
    HARTONOMOUS_CHECK(apply(places.qkv[1], states, keys_, *machine_));
    return apply(places.qkv[2], states, values_, *machine_);
  }
  std::vector<float> joined(positions_ * places.qkv[0].matrix.outputs);
  HARTONOMOUS_CHECK(apply(places.qkv[0], states, joined, *machine_));
  split(joined);
  return Status::ok();
}

// Queries, keys and values out of rows that hold all three.
void ForwardPass::split(std::span<const float> joined) {
  const ModelDescription& model = description();
  const std::size_t queries = model.query_size(), keys = model.key_size();
  const std::size_t size = model.head_size, row = queries + 2 * keys;
  const auto copy = [](std::span<const float> from, std::vector<float>& to, std::size_t at) {
    std::ranges::copy(from, to.begin() + static_cast<std::ptrdiff_t>(at));
  };
  for (std::size_t p = 0; p < positions_; ++p) {
    const std::span<const float> from = joined.subspan(p * row, row);
    if (model.qkv == QkvLayout::kConcatenated) {
      copy(from.first(queries), queries_, p * queries);
      copy(from.subspan(queries, keys), keys_, p * keys);
      copy(from.last(keys), values_, p * keys);
      continue;
    }
    for (std::size_t head = 0; head < model.heads; ++head) {
      copy(from.subspan(3 * head * size, size), queries_, p * queries + head * size);
      copy(from.subspan((3 * head + 1) * size, size), keys_, p * keys + head * size);
      copy(from.subspan((3 * head + 2) * size, size), values_, p * keys + head * size);
    }
  }
}

// Norms and rotates the heads of queries and keys, and stores keys and values.
Status ForwardPass::place_heads(const LayerPlaces& places, std::size_t layer) {
  const ModelDescription& model = description();
  const std::size_t turned = angles_->dimensions();
  if (places.query_norm) {
    HARTONOMOUS_CHECK(normalize(*places.query_norm, queries_, queries_));
    HARTONOMOUS_CHECK(normalize(*places.key_norm, keys_, keys_));
  }
  for_each(machine_->workers, positions_, model.query_size(), [&](std::size_t p) {
    const std::span<const float> turns = std::span(turns_).subspan(p * turned, turned);
    const std::span<float> queries =
        std::span(queries_).subspan(p * model.query_size(), model.query_size());
    const std::span<float> keys = std::span(keys_).subspan(p * model.key_size(), model.key_size());
    if (model.rope.kind != RopeKind::kNone) {
      for (std::size_t h = 0; h < model.heads; ++h) {
        rotate(model.rope.kind, turns, queries.subspan(h * model.head_size, model.head_size));
      }
      for (std::size_t h = 0; h < model.kv_heads; ++h) {
        rotate(model.rope.kind, turns, keys.subspan(h * model.head_size, model.head_size));
      }
    }
    cache_->write(layer, first_ + p, keys,
                  std::span(values_).subspan(p * model.key_size(), model.key_size()));
  });
  return Status::ok();
}

std::size_t ForwardPass::visible_from(std::size_t layer, std::size_t position) const noexcept {
  const ModelDescription& model = description();
  const bool is_cut = model.is_sliding(layer) && position + 1 > model.sliding_window;
  return is_cut ? position + 1 - model.sliding_window : 0;
}

std::size_t ForwardPass::visible_to(std::size_t position) const noexcept {
  return description().kind == ModelKind::kEncoder ? end_ : position + 1;
}

Status ForwardPass::attend(const LayerPlaces& places, std::size_t layer) {
  const ModelDescription& model = description();
  attended_.resize(positions_ * model.query_size());
  // So many positions at a time that a cancel is heard in between.
  const std::size_t each = std::max<std::size_t>(2 * model.query_size() * end_, 1);
  const std::size_t slice = std::max<std::size_t>(kSliceWork / each, 1);
  for (std::size_t begin = 0; begin < positions_; begin += slice) {
    attend_positions(layer, begin, std::min(begin + slice, positions_));
    machine_->checkpoint.reached(0);
  }
  return apply(places.attention_output, Activations(attended_, positions_, model.query_size()),
               block_, *machine_);
}

// Positions [begin, end) of the batch; a worker takes some heads of some of them.
void ForwardPass::attend_positions(std::size_t layer, std::size_t begin, std::size_t end) {
  constexpr std::size_t kPartsPerWorker = 4;  // later positions cost more: let the idle help
  const ModelDescription& model = description();
  const std::size_t group = model.heads / model.kv_heads, size = model.head_size;
  const std::size_t items = (end - begin) * model.heads;
  const std::size_t workers = machine_->workers.count();
  const std::size_t parts =
      workers == 1 ? 1 : std::min(items, items < 4 * workers ? workers : kPartsPerWorker * workers);
  scores_.resize(parts * end_);
  machine_->workers.run(parts, [&](std::size_t part) {
    const std::span<float> scores = std::span(scores_).subspan(part * end_, end_);
    for (std::size_t i = items * part / parts; i < items * (part + 1) / parts; ++i) {
      const std::size_t p = begin + i / model.heads, head = i % model.heads;
      const std::size_t at = p * model.query_size() + head * size;
      run::attend(cache_->head(layer, head / group), visible_from(layer, first_ + p),
                  visible_to(first_ + p), std::span(queries_).subspan(at, size),
                  model.attention_scale, model.attention_cap, scores,
                  std::span(attended_).subspan(at, size));
    }
  });
}

}  // namespace hartonomous::core::run
