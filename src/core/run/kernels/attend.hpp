// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One part of attend(): the queries of eight positions that share one cache head, block of tokens
// after block, so that a block's keys and values are near when the next query wants them. Each
// query keeps the largest score so far, the sum of e^(score - largest), and in `out` the sum of the
// values so weighted; a larger score scales both down.
// Included once by each kernel set's source, after its Lanes.
#pragma once

#include <limits>

#include "core/run/kernels/stream_attention.hpp"
#include "core/run/kernels/exponentials.hpp"
#include "core/run/kernels/stored.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kBlockTokens = 32;

struct TokenRange {
  std::size_t begin, end;
};

inline TokenRange visible(const AttentionLayer& layer, std::size_t position) noexcept {
  const std::size_t end = layer.is_causal ? position + 1 : layer.tokens;
  const std::size_t begin =
      layer.window != 0 && position + 1 > layer.window ? position + 1 - layer.window : 0;
  return {begin, end};
}

// scores[i] = query . key of token `begin + i`, for up to 8 tokens.
template <class Stored>
inline void dot_keys(const float* query, const std::byte* keys, std::size_t token_bytes,
                     std::size_t tokens, std::size_t size, float* scores) noexcept {
  const std::byte* key[kLanes];
  Lanes sum[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) {
    key[i] = keys + (i < tokens ? i : tokens - 1) * token_bytes;
    sum[i] = Lanes::zero();
  }
  std::size_t c = 0;
  for (; c + kLanes <= size; c += kLanes) {
    const Lanes q = Lanes::load(query + c);
    for (std::size_t i = 0; i < kLanes; ++i) {
      sum[i] = Lanes::fma(Stored::load(key[i] + c * Stored::kBytes), q, sum[i]);
    }
  }
  if (c < size) {
    const Lanes q = load_rest(query + c, size - c);
    for (std::size_t i = 0; i < kLanes; ++i) {
      sum[i] = Lanes::fma(load_rest<Stored>(key[i] + c * Stored::kBytes, size - c), q, sum[i]);
    }
  }
  Lanes::sums(sum).store(scores);
}

// Scale, cap and slope, for tokens counted from `begin`.
inline void shape_scores(const AttentionLayer& layer, float slope, std::size_t position,
                         std::size_t begin, std::size_t count, float* scores) noexcept {
  const bool is_capped = layer.soft_cap != 0;
  const float scale = is_capped ? layer.scale / layer.soft_cap : layer.scale;
  for (std::size_t i = 0; i < count; i += kLanes) {
    Lanes s = Lanes::load(scores + i) * Lanes::all(scale);
    if (is_capped) s = Lanes::all(layer.soft_cap) * hyperbolic_tangent(s);
    s.store(scores + i);
  }
  if (slope == 0) return;
  for (std::size_t i = 0; i < count; ++i) {
    scores[i] -=
        slope * static_cast<float>(static_cast<double>(position) - static_cast<double>(begin + i));
  }
}

// sums[c] = sums[c] * keep + sum over tokens of weights[t] * values[t][c], for N Lanes of columns.
template <class Stored, std::size_t N>
inline void add_values(const float* weights, const std::byte* values, std::size_t token_bytes,
                       std::size_t tokens, float keep, float* sums) noexcept {
  Lanes sum[N];
  for (std::size_t n = 0; n < N; ++n) sum[n] = Lanes::load(sums + n * kLanes) * Lanes::all(keep);
  for (std::size_t t = 0; t < tokens; ++t) {
    const Lanes weight = Lanes::all(weights[t]);
    const std::byte* value = values + t * token_bytes;
    for (std::size_t n = 0; n < N; ++n) {
      sum[n] = Lanes::fma(weight, Stored::load(value + n * kLanes * Stored::kBytes), sum[n]);
    }
  }
  for (std::size_t n = 0; n < N; ++n) sum[n].store(sums + n * kLanes);
}

template <class Stored>
inline void add_all_values(const float* weights, const std::byte* values, std::size_t token_bytes,
                           std::size_t tokens, std::size_t size, float keep, float* sums) noexcept {
  std::size_t c = 0;
  for (; c + 8 * kLanes <= size; c += 8 * kLanes) {
    add_values<Stored, 8>(weights, values + c * Stored::kBytes, token_bytes, tokens, keep,
                          sums + c);
  }
  for (; c + kLanes <= size; c += kLanes) {
    add_values<Stored, 1>(weights, values + c * Stored::kBytes, token_bytes, tokens, keep,
                          sums + c);
  }
  if (c == size) return;
  Lanes sum = load_rest(sums + c, size - c) * Lanes::all(keep);
  for (std::size_t t = 0; t < tokens; ++t) {
    const std::byte* value = values + t * token_bytes + c * Stored::kBytes;
    sum = Lanes::fma(Lanes::all(weights[t]), load_rest<Stored>(value, size - c), sum);
  }
  store_rest(sum, sums + c, size - c);
}

struct Query {
  const float* vector;
  float* sums;
  QueryState* state;
  std::size_t position;
  float slope;
};

// Tokens of a range that belong to the block which begins at `block`.
inline TokenRange within(TokenRange tokens, std::size_t block) noexcept {
  if (tokens.begin < block) tokens.begin = block;
  if (tokens.end > block + kBlockTokens) tokens.end = block + kBlockTokens;
  return tokens;
}

// Turns a query's scores for `tokens` into weights, and says what its sums so far are to be
// multiplied with.
inline float weigh(const AttentionLayer& layer, const Query& query, TokenRange tokens,
                   float* scores) {
  const std::size_t count = tokens.end - tokens.begin;
  shape_scores(layer, query.slope, query.position, tokens.begin, count, scores);
  QueryState& state = *query.state;
  Lanes most = Lanes::all(state.largest);
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) most = Lanes::maximum(Lanes::load(scores + i), most);
  float largest = most.largest(), keep = 1;
  for (; i < count; ++i) largest = scores[i] > largest ? scores[i] : largest;
  if (largest > state.largest) exponentials(&state.largest, 1, largest, &keep);
  state.largest = largest;
  state.total = state.total * keep + exponentials(scores, count, largest, scores);
  return keep;
}

// One query meets its tokens among a block's, which are [begin, end).
template <class Stored>
inline void meet(const AttentionLayer& layer, const Query& query, std::size_t cache_head,
                 TokenRange tokens) {
  alignas(32) float scores[kBlockTokens];
  const std::size_t count = tokens.end - tokens.begin;
  const std::byte* keys = layer.keys.at(cache_head, tokens.begin);
  for (std::size_t i = 0; i < count; i += kLanes) {
    const std::size_t some = count - i < kLanes ? count - i : kLanes;
    dot_keys<Stored>(query.vector, keys + i * layer.keys.token_bytes, layer.keys.token_bytes, some,
                     layer.key_size, scores + i);
  }
  const float keep = weigh(layer, query, tokens, scores);
  add_all_values<Stored>(scores, layer.values.at(cache_head, tokens.begin),
                         layer.values.token_bytes, count, layer.value_size, keep, query.sums);
}

// The sums of a position's heads [head, end), before the first block and behind the last, where
// they are divided by the totals.
inline void clear_sums(const AttentionTask& task, std::size_t position, std::size_t head,
                       std::size_t end) noexcept {
  const std::size_t size = task.layer->value_size;
  float* const sums = task.out + (position * task.layer->heads + head) * size;
  for (std::size_t i = 0; i < (end - head) * size; ++i) sums[i] = 0;
}
inline void divide_sums(const AttentionTask& task, std::size_t position, std::size_t head,
                        std::size_t end) noexcept {
  const std::size_t size = task.layer->value_size;
  for (; head < end; ++head) {
    const std::size_t at = position * task.layer->heads + head;
    const float total = task.states[at].total, factor = total == 0 ? 0 : 1 / total;
    for (std::size_t i = 0; i < size; ++i) task.out[at * size + i] *= factor;
  }
}

// The heads of one position that share a cache head meet a block.
template <class Stored>
void meet_all(const AttentionTask& task, std::size_t cache_head, std::size_t position,
              std::size_t block) {
  const AttentionLayer& layer = *task.layer;
  const std::size_t absolute = layer.first_position + position;
  const std::size_t shared = layer.heads / layer.cache_heads;
  const TokenRange tokens = within(visible(layer, absolute), block);
  if (tokens.begin >= tokens.end) return;
  for (std::size_t head = cache_head * shared; head < (cache_head + 1) * shared; ++head) {
    const std::size_t at = position * layer.heads + head;
    meet<Stored>(layer,
                 {task.queries + at * layer.key_size, task.out + at * layer.value_size,
                  task.states + at, absolute, layer.slopes.empty() ? 0 : layer.slopes[head]},
                 cache_head, tokens);
  }
}

template <class Stored>
void attend_part(const AttentionTask& task, std::size_t part) {
  const AttentionLayer& layer = *task.layer;
  const std::size_t cache_head = part % layer.cache_heads;
  const std::size_t first = part / layer.cache_heads * AttentionTask::kPositionsPerPart;
  const std::size_t left = task.positions - first;
  const std::size_t end =
      first + (left < AttentionTask::kPositionsPerPart ? left : AttentionTask::kPositionsPerPart);
  const std::size_t from = visible(layer, layer.first_position + first).begin;
  const std::size_t to = visible(layer, layer.first_position + end - 1).end;
  const std::size_t shared = layer.heads / layer.cache_heads, head = cache_head * shared;
  for (std::size_t p = first; p < end; ++p) clear_sums(task, p, head, head + shared);
  for (std::size_t block = from / kBlockTokens * kBlockTokens; block < to; block += kBlockTokens) {
    for (std::size_t p = first; p < end; ++p) meet_all<Stored>(task, cache_head, p, block);
  }
  for (std::size_t p = first; p < end; ++p) divide_sums(task, p, head, head + shared);
}

}  // namespace

}  // namespace hartonomous::core::run
