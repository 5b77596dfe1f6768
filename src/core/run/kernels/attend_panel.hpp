// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One part of attend() for many positions: 24 of them and a cache head. A block's keys and values
// become float32 once, keys as the tiles of float_tiles.hpp, and meet the queries of all heads that
// share them, three at a time. Each query's sums run as attend.hpp runs them.
// Included once by each kernel set's source, after its Lanes.
#pragma once

#include "core/run/kernels/attend.hpp"
#include "core/run/kernels/float_tiles.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kMostSize = AttentionTask::kMostPanelSize;

struct PanelBlock {
  std::size_t begin, count;  // its first token, and how many are read; the others are zeros
  std::size_t eights;        // of a key
  std::size_t value_stride;
  alignas(64) float keys[kBlockTokens * kMostSize];  // [token / 4][column / 8][token % 4][8]
  alignas(64) float values[kBlockTokens * kMostSize];
};

// A panel's queries of one head, three side by side, and what becomes of them in a block.
struct PanelQueries {
  alignas(64) float vectors[AttentionTask::kPositionsPerPanel * kMostSize];
  alignas(64) float scores[AttentionTask::kPositionsPerPanel][kBlockTokens + kLanes];
  float keep[AttentionTask::kPositionsPerPanel];
  TokenRange tokens[AttentionTask::kPositionsPerPanel];
};

// `size` elements of type Stored to eights of floats, `step` apart; zeros after the last.
template <class Stored>
inline void spread_row(const std::byte* from, std::size_t size, float* to,
                       std::size_t step) noexcept {
  for (; size >= kLanes; size -= kLanes, from += kLanes * Stored::kBytes, to += step) {
    Stored::load(from).store(to);
  }
  if (size > 0) load_rest<Stored>(from, size).store(to);
}

template <class Stored>
void read_block(const AttentionLayer& layer, std::size_t cache_head, PanelBlock& block) {
  if (block.count < kBlockTokens) {
    std::memset(block.keys, 0, kBlockTokens * block.eights * kLanes * sizeof(float));
  }
  for (std::size_t t = 0; t < block.count; ++t) {
    spread_row<Stored>(layer.keys.at(cache_head, block.begin + t), layer.key_size,
                       block.keys + (t / kRows * block.eights * kRows + t % kRows) * kLanes,
                       kRows * kLanes);
    spread_row<Stored>(layer.values.at(cache_head, block.begin + t), layer.value_size,
                       block.values + t * block.value_stride, kLanes);
  }
}

// The queries of `count` positions for a head, rounded as the cache is.
void read_queries(const AttentionTask& task, std::size_t first, std::size_t count, std::size_t head,
                  std::size_t eights, PanelQueries& queries) noexcept {
  const AttentionLayer& layer = *task.layer;
  const bool is_half = layer.cache_type == tensor::DType::kF16;
  for (std::size_t p = 0; p < (count + kTogether - 1) / kTogether * kTogether; ++p) {
    float* to = queries.vectors + (p / kTogether * eights * kTogether + p % kTogether) * kLanes;
    const std::size_t known = p < count ? p : count - 1;
    const float* from = task.queries + ((first + known) * layer.heads + head) * layer.key_size;
    for (std::size_t c = 0; c < layer.key_size; c += kLanes, to += kTogether * kLanes) {
      const std::size_t left = layer.key_size - c;
      const Lanes some = left >= kLanes ? Lanes::load(from + c) : load_rest(from + c, left);
      (is_half ? some.rounded_to_half() : some).store(to);
    }
  }
}

inline void score_block(const PanelBlock& block, std::size_t count,
                        PanelQueries& queries) noexcept {
  for (std::size_t p = 0; p < count; p += kTogether) {
    const float* const three = queries.vectors + p * block.eights * kLanes;
    for (std::size_t t = 0; t < block.count; t += kTileRows) {
      const float* const keys = block.keys + t * block.eights * kLanes;
      Lanes sums[kTogether * kTileRows];
      add_products<true>(keys, three, block.eights, sums);
      add_products<true>(keys + kRows * block.eights * kLanes, three, block.eights, sums + kRows);
      for (std::size_t i = 0; i < kTogether; ++i) {
        Lanes::sums(sums + i * kTileRows).store(queries.scores[p + i] + t);
      }
    }
  }
}

// sums[i] = sums[i] * keep[i] + the weighted values, for three queries that see the same `tokens`
// tokens, and N Lanes of columns.
template <std::size_t N>
inline void add_to_three(const float (*weights)[kBlockTokens + kLanes], const float* values,
                         std::size_t stride, std::size_t tokens, const float* keep,
                         float* const* sums) noexcept {
  Lanes sum[kTogether][N];
  for (std::size_t i = 0; i < kTogether; ++i) {
    for (std::size_t n = 0; n < N; ++n) {
      sum[i][n] = Lanes::load(sums[i] + n * kLanes) * Lanes::all(keep[i]);
    }
  }
  for (std::size_t t = 0; t < tokens; ++t, values += stride) {
    Lanes weight[kTogether];
    for (std::size_t i = 0; i < kTogether; ++i) weight[i] = Lanes::all(weights[i][t]);
    for (std::size_t n = 0; n < N; ++n) {
      const Lanes value = Lanes::load(values + n * kLanes);
      for (std::size_t i = 0; i < kTogether; ++i) {
        sum[i][n] = Lanes::fma(weight[i], value, sum[i][n]);
      }
    }
  }
  for (std::size_t i = 0; i < kTogether; ++i) {
    for (std::size_t n = 0; n < N; ++n) sum[i][n].store(sums[i] + n * kLanes);
  }
}

// The scores of `count` queries have become weights: adds the block's values to their sums, which
// are `row` floats apart.
inline void weigh_values(const PanelBlock& block, std::size_t size, std::size_t count,
                         const PanelQueries& queries, float* sums, std::size_t row) noexcept {
  for (std::size_t p = 0; p < count; p += kTogether) {
    const std::size_t some = at_most(count - p, kTogether);
    bool is_whole = some == kTogether && size % kLanes == 0;
    for (std::size_t i = 0; i < some; ++i) {
      const TokenRange& tokens = queries.tokens[p + i];
      is_whole &= tokens.begin == block.begin && tokens.end == block.begin + kBlockTokens;
    }
    if (is_whole) {
      float* at[kTogether] = {sums + p * row, sums + (p + 1) * row, sums + (p + 2) * row};
      for (std::size_t c = 0; c < size;) {
        const bool is_wide = c + 4 * kLanes <= size;
        (is_wide ? add_to_three<4> : add_to_three<1>)(queries.scores + p, block.values + c,
                                                      block.value_stride, kBlockTokens,
                                                      queries.keep + p, at);
        const std::size_t step = is_wide ? 4 * kLanes : kLanes;
        for (float*& place : at) place += step;
        c += step;
      }
      continue;
    }
    for (std::size_t i = 0; i < some; ++i) {
      const TokenRange& tokens = queries.tokens[p + i];
      if (tokens.begin >= tokens.end) continue;
      const std::size_t from = tokens.begin - block.begin;
      add_all_values<StoredFloat>(
          queries.scores[p + i] + from,
          reinterpret_cast<const std::byte*>(block.values + from * block.value_stride),
          block.value_stride * sizeof(float), tokens.end - tokens.begin, size, queries.keep[p + i],
          sums + (p + i) * row);
    }
  }
}

// A head's queries of positions [first, first + count) meet a block.
inline void meet_panel(const AttentionTask& task, const PanelBlock& block, std::size_t first,
                       std::size_t count, std::size_t head, PanelQueries& queries) {
  const AttentionLayer& layer = *task.layer;
  read_queries(task, first, count, head, block.eights, queries);
  score_block(block, count, queries);
  for (std::size_t p = 0; p < count; ++p) {
    const std::size_t at = (first + p) * layer.heads + head;
    const std::size_t position = layer.first_position + first + p;
    const TokenRange tokens = within(visible(layer, position), block.begin);
    queries.tokens[p] = tokens;
    if (tokens.begin >= tokens.end) continue;
    queries.keep[p] = weigh(layer,
                            {nullptr, nullptr, task.states + at, position,
                             layer.slopes.empty() ? 0 : layer.slopes[head]},
                            tokens, queries.scores[p] + (tokens.begin - block.begin));
  }
  weigh_values(block, layer.value_size, count, queries,
               task.out + (first * layer.heads + head) * layer.value_size,
               layer.heads * layer.value_size);
}

template <class Stored>
void attend_panel(const AttentionTask& task, std::size_t part) {
  const AttentionLayer& layer = *task.layer;
  const std::size_t shared = layer.heads / layer.cache_heads;
  const std::size_t cache_head = part % layer.cache_heads;
  const std::size_t first = part / layer.cache_heads * AttentionTask::kPositionsPerPanel;
  const std::size_t count = at_most(task.positions - first, AttentionTask::kPositionsPerPanel);
  const std::size_t from = visible(layer, layer.first_position + first).begin;
  const std::size_t to = visible(layer, layer.first_position + first + count - 1).end;
  PanelBlock block;
  PanelQueries queries;
  block.eights = (layer.key_size + kLanes - 1) / kLanes;
  block.value_stride = (layer.value_size + kLanes - 1) / kLanes * kLanes;
  const std::size_t begin = cache_head * shared, end = begin + shared;
  for (std::size_t p = first; p < first + count; ++p) clear_sums(task, p, begin, end);
  for (block.begin = from / kBlockTokens * kBlockTokens; block.begin < to;
       block.begin += kBlockTokens) {
    block.count = at_most(to - block.begin, kBlockTokens);
    read_block<Stored>(layer, cache_head, block);
    for (std::size_t head = begin; head < end; ++head) {
      meet_panel(task, block, first, count, head, queries);
    }
  }
  for (std::size_t p = first; p < first + count; ++p) divide_sums(task, p, begin, end);
}

void attend_one(const AttentionTask& task, std::size_t part) {
  const bool is_half = task.layer->cache_type == tensor::DType::kF16;
  if (task.has_panels()) {
    is_half ? attend_panel<StoredHalf>(task, part) : attend_panel<StoredFloat>(task, part);
  } else {
    is_half ? attend_part<StoredHalf>(task, part) : attend_part<StoredFloat>(task, part);
  }
}

}  // namespace

}  // namespace hartonomous::core::run
