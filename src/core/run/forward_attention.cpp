// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The attention block of a layer: queries, keys and values out of the normed states, rotated and
// stored; then every head of every position over what it may see.
#include <algorithm>

#include "core/run/forward_pass.hpp"
#include "core/run/kernels/rope.hpp"
#include "core/run/kernels/stream_attention.hpp"
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
  const std::size_t turned = places_.front().angles->dimensions();
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
    places_[p].cache->write(layer, places_[p].position, keys,
                            std::span(values_).subspan(p * model.key_size(), model.key_size()));
  });
  return Status::ok();
}

Status ForwardPass::attend(const LayerPlaces& places, std::size_t layer) {
  const std::size_t size = description().query_size();
  attended_.resize(positions_ * size);
  std::vector<Attention> sequences;
  std::size_t work = 0;
  const auto attend_some = [&] {
    run::attend(sequences, machine_->workers);
    machine_->checkpoint.reached(0);
    sequences.clear();
    work = 0;
  };
  for (std::size_t begin = 0, end; begin < positions_; begin = end) {
    end = begin + 1;
    while (end < positions_ && places_[end].cache == places_[begin].cache) ++end;
    // So many positions at a time that a cancel is heard in between.
    const std::size_t tokens = places_[end - 1].position + 1;
    const std::size_t slice = std::max<std::size_t>(kSliceWork / (2 * size * tokens), 1);
    for (std::size_t from = begin; from < end; from += slice) {
      const std::size_t count = std::min(slice, end - from);
      sequences.push_back(attention_of(layer, from, count, tokens));
      work += 2 * size * tokens * count;
      if (work >= kSliceWork) attend_some();
    }
  }
  if (!sequences.empty()) attend_some();
  return apply(places.attention_output, Activations(attended_, positions_, size), block_,
               *machine_);
}

// Of positions [from, from + count) of the batch, which belong to a sequence of `tokens`.
Attention ForwardPass::attention_of(std::size_t layer, std::size_t from, std::size_t count,
                                    std::size_t tokens) {
  const ModelDescription& model = description();
  const KvCache& cache = *places_[from].cache;
  const std::size_t size = model.query_size();
  AttentionLayer task{cache.type(),   cache.keys(layer), cache.values(layer), tokens, model.heads,
                      model.kv_heads, model.head_size,   model.head_size,     0};
  task.first_position = places_[from].position;
  task.is_causal = model.kind == ModelKind::kDecoder;
  task.window = model.is_sliding(layer) ? model.sliding_window : 0;
  task.scale = model.attention_scale;
  task.soft_cap = model.attention_cap;
  return {task, std::span(queries_).subspan(from * size, count * size), count,
          std::span(attended_).subspan(from * size, count * size)};
}

}  // namespace hartonomous::core::run
