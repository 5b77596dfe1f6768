// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Scaled dot-product attention of one layer over a cache of keys and values. A part of work keeps
// every score of its queries, as weights are rounded once they are divided by their sum.
// Where blocks of tokens begin depends on the tokens' numbers alone, so a query's result does not
// depend on which others are asked with it, nor on how many workers there are.
#pragma once

#include <cstddef>
#include <span>

#include "core/base/workers.hpp"
#include "core/run/kernels/kernel_set.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::run {

// Keys or values, in chunks of so many tokens: token t's vector for cache head h starts at
// chunks[t / chunk_tokens] + h * head_bytes + t % chunk_tokens * token_bytes.
struct CacheView {
  std::span<const std::byte* const> chunks;
  std::size_t chunk_tokens;  // a multiple of 32
  std::size_t token_bytes;
  std::size_t head_bytes;

  const std::byte* at(std::size_t head, std::size_t token) const noexcept {
    return chunks[token / chunk_tokens] + head * head_bytes + token % chunk_tokens * token_bytes;
  }
};

struct AttentionLayer {
  tensor::DType cache_type;  // kF16 or kF32. With F16, queries are rounded to binary16 first
  CacheView keys, values;
  std::size_t tokens;       // in the cache
  std::size_t heads;        // of queries; a multiple of cache_heads: head h reads cache head
  std::size_t cache_heads;  //   h / (heads / cache_heads)
  std::size_t key_size;     // of a query and a key of one head
  std::size_t value_size;
  std::size_t first_position;       // the first query's token number; the next has the next
  bool is_causal = true;            // a query sees no later token; otherwise all
  std::size_t window = 0;           // a query sees so many tokens, its own the last; 0: all
  float scale = 1;                  // of query . key, usually key_size^-1/2
  float soft_cap = 0;               // c: scores s become c tanh(s / c); 0: they stay
  std::span<const float> slopes{};  // ALiBi, one per head: slope * (token - position) is added
};

// Queries of one sequence: positions x heads x key_size; out: positions x heads x value_size. A
// query that sees no token gives zeros; NaN flows. Parts of work: cache heads x eights of
// positions. REQUIRES: is_causal implies first_position + positions <= tokens.
struct Attention {
  AttentionLayer layer;
  std::span<const float> queries;
  std::size_t positions;
  std::span<float> out;
};

// Of several sequences, shared by the workers. May throw std::bad_alloc.
void attend(std::span<const Attention> sequences, Workers& workers,
            const KernelSet& kernels = best_kernels());

// One sequence of a call of attend() as the kernel sets see it.
struct AttentionTask {
  static constexpr std::size_t kPositionsPerPart = 8, kBlockTokens = 32, kQueries = 3;

  const AttentionLayer* layer;
  const float* queries;
  std::size_t positions;
  float* out;

  static std::size_t padded(std::size_t count) noexcept { return (count + 7) / 8 * 8; }
  // 32 sums of a value, for a group of queries.
  static std::size_t sum_floats(std::size_t value_size) noexcept {
    return kQueries * kBlockTokens * padded(value_size);
  }
  std::size_t parts() const noexcept {
    return layer->cache_heads * ((positions + kPositionsPerPart - 1) / kPositionsPerPart);
  }
  // What a part writes to besides `out`: sums, and every score of its queries.
  std::size_t scratch_floats() const noexcept {
    std::size_t seen = layer->tokens;
    if (layer->window != 0 && layer->window < seen) seen = layer->window + kPositionsPerPart;
    const std::size_t queries_per_part = kPositionsPerPart * (layer->heads / layer->cache_heads);
    return sum_floats(layer->value_size) + queries_per_part * padded(seen + 2 * kBlockTokens);
  }
};

}  // namespace hartonomous::core::run
