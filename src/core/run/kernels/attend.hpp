// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One part of attend(): the queries of eight positions that share one cache head. First all scores,
// block of tokens after block, so that a block's keys are near when the next query wants them;
// then each query's softmax, and the values so weighted.
// Sums have the shape that llama.cpp's have on a CPU with AVX2, when it attends without its flash
// kernel and head sizes are multiples of 32: a sum runs in 32 parts, term i in part i mod 32, over
// a head's elements in a score and over all tokens from the first in a weighted value. With a cache
// in F16, weights are rounded to binary16 once they are divided by their sum.
// Included once by each kernel set's source, after its Lanes.
#pragma once

#include <cstring>
#include <limits>
#include <type_traits>

#include "core/run/kernels/stream_attention.hpp"
#include "core/run/kernels/exponentials.hpp"
#include "core/run/kernels/stored.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kBlockTokens = AttentionTask::kBlockTokens;

struct TokenRange {
  std::size_t begin, end;
  bool has(std::size_t token) const noexcept { return token >= begin && token < end; }
};

inline TokenRange visible(const AttentionLayer& layer, std::size_t position) noexcept {
  const std::size_t end = layer.is_causal ? position + 1 : layer.tokens;
  const std::size_t begin =
      layer.window != 0 && position + 1 > layer.window ? position + 1 - layer.window : 0;
  return {begin, end};
}

constexpr std::size_t kParts = 4;  // of Lanes, which are a sum's 32 parts
static_assert(kParts * kLanes == kBlockTokens);

inline Lanes join(const Lanes* part) noexcept { return (part[0] + part[2]) + (part[1] + part[3]); }

// Queries of one cache head that meet its keys and values together: kQueries * kParts sums, a key
// and a weight are most of AVX2's 16 registers.
constexpr std::size_t kQueries = AttentionTask::kQueries;

struct Query {
  const float* vector;
  float* scores;  // of the part's tokens
  float* out;
  std::size_t position;
  TokenRange seen;
  float slope;
};

// Scores of tokens `at` to at + 8 of the part; of those from `tokens` on no key is read.
template <class Stored, std::size_t Q>
inline void dot_keys(const Query* queries, const std::byte* keys, std::size_t token_bytes,
                     std::size_t tokens, std::size_t size, std::size_t at) noexcept {
  Lanes sum[Q][kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) {
    const std::byte* const key = keys + (i < tokens ? i : tokens - 1) * token_bytes;
    Lanes part[Q][kParts];
    for (auto& of_query : part) {
      for (Lanes& lanes : of_query) lanes = Lanes::zero();
    }
    std::size_t c = 0;
    for (; c + kBlockTokens <= size; c += kBlockTokens) {
      for (std::size_t j = 0; j < kParts; ++j) {
        const std::size_t place = c + j * kLanes;
        const Lanes k = Stored::load(key + place * Stored::kBytes);
        for (std::size_t q = 0; q < Q; ++q) {
          part[q][j] = Lanes::fma(k, Lanes::load(queries[q].vector + place), part[q][j]);
        }
      }
    }
    for (std::size_t j = 0; c < size; ++j, c += kLanes) {
      const std::size_t rest = size - c < kLanes ? size - c : kLanes;
      const Lanes k = load_rest<Stored>(key + c * Stored::kBytes, rest);
      for (std::size_t q = 0; q < Q; ++q) {
        part[q][j] = Lanes::fma(k, load_rest(queries[q].vector + c, rest), part[q][j]);
      }
    }
    for (std::size_t q = 0; q < Q; ++q) sum[q][i] = join(part[q]);
  }
  for (std::size_t q = 0; q < Q; ++q) Lanes::folded_sums(sum[q]).store(queries[q].scores + at);
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

// Scores of a block's tokens; those that a query does not see are -infinity.
template <class Stored, std::size_t Q>
void score(const AttentionLayer& layer, const Query* queries, std::size_t cache_head,
           TokenRange block, std::size_t at) noexcept {
  const std::byte* const keys = layer.keys.at(cache_head, block.begin);
  const std::size_t count = block.end - block.begin;
  for (std::size_t i = 0; i < count; i += kLanes) {
    const std::size_t some = count - i < kLanes ? count - i : kLanes;
    dot_keys<Stored, Q>(queries, keys + i * layer.keys.token_bytes, layer.keys.token_bytes, some,
                        layer.key_size, at + i);
  }
  for (std::size_t q = 0; q < Q; ++q) {
    const Query& query = queries[q];
    shape_scores(layer, query.slope, query.position, block.begin, count, query.scores + at);
    if (query.seen.begin <= block.begin && query.seen.end >= block.begin + kBlockTokens) continue;
    for (std::size_t i = 0; i < AttentionTask::padded(count); ++i) {
      if (query.seen.has(block.begin + i)) continue;
      query.scores[at + i] = -std::numeric_limits<float>::infinity();
    }
  }
}

// Scores of `count` tokens, a multiple of 8, to their softmax.
template <class Stored>
void weigh(float* scores, std::size_t count) noexcept {
  Lanes most = Lanes::load(scores);
  for (std::size_t i = kLanes; i < count; i += kLanes) {
    most = Lanes::maximum(most, Lanes::load(scores + i));
  }
  const Lanes largest = Lanes::all(most.largest());
  double total = 0;
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes power = exponential(Lanes::load(scores + i) - largest);
    power.store(scores + i);
    total += power.sum_by_halves();
  }
  const Lanes factor = Lanes::all(static_cast<float>(1 / total));
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes weight = Lanes::load(scores + i) * factor;
    (Stored::kBytes == 2 ? weight.rounded_to_half() : weight).store(scores + i);
  }
}

// Every 32nd value of a cache head.
class Stride {
 public:
  Stride(const CacheView& view, std::size_t head, std::size_t token) noexcept
      : chunk_(view.chunks.data() + token / view.chunk_tokens),
        base_(head * view.head_bytes),
        at_(token % view.chunk_tokens * view.token_bytes),
        step_(kBlockTokens * view.token_bytes),
        end_(view.chunk_tokens * view.token_bytes) {}
  const std::byte* value() const noexcept { return *chunk_ + base_ + at_; }
  void advance() noexcept {
    at_ += step_;
    if (at_ < end_) return;
    at_ -= end_;
    ++chunk_;
  }

 private:
  const std::byte* const* chunk_;
  std::size_t base_, at_, step_, end_;
};

// What a group's weighted values are made of: the part's tokens, and those that all queries see.
struct Weighing {
  const AttentionLayer& layer;
  const Query* queries;
  std::size_t cache_head;
  TokenRange tokens, common;
  float* sums;  // 32 of each query
};

// Lanes n of N; a single one may be the last `size` columns.
template <class Stored, std::size_t N>
inline Lanes load_values(const std::byte* value, std::size_t n, std::size_t size) noexcept {
  return N == 1 && size < kLanes ? load_rest<Stored>(value, size)
                                 : Stored::load(value + n * kLanes * Stored::kBytes);
}

// One part of the sums, of N Lanes of columns from c on (of `size` columns the last).
template <class Stored, std::size_t Q, std::size_t N>
inline void add_values(const Weighing& work, std::size_t part, std::size_t c,
                       std::size_t size) noexcept {
  Lanes sum[Q][N];
  for (auto& of_query : sum) {
    for (Lanes& lanes : of_query) lanes = Lanes::zero();
  }
  Stride stride(work.layer.values, work.cache_head, work.tokens.begin + part);
  for (std::size_t at = part; at < work.tokens.end - work.tokens.begin; at += kBlockTokens) {
    const std::byte* const value = stride.value() + c * Stored::kBytes;
    stride.advance();
    const std::size_t token = work.tokens.begin + at;
    if (work.common.has(token)) {
      Lanes weight[Q];
      for (std::size_t q = 0; q < Q; ++q) weight[q] = Lanes::all(work.queries[q].scores[at]);
      for (std::size_t n = 0; n < N; ++n) {
        const Lanes v = load_values<Stored, N>(value, n, size);
        for (std::size_t q = 0; q < Q; ++q) sum[q][n] = Lanes::fma(weight[q], v, sum[q][n]);
      }
      continue;
    }
    for (std::size_t q = 0; q < Q; ++q) {
      if (!work.queries[q].seen.has(token)) continue;
      const Lanes weight = Lanes::all(work.queries[q].scores[at]);
      for (std::size_t n = 0; n < N; ++n) {
        sum[q][n] = Lanes::fma(weight, load_values<Stored, N>(value, n, size), sum[q][n]);
      }
    }
  }
  const std::size_t padded = AttentionTask::padded(work.layer.value_size);
  for (std::size_t q = 0; q < Q; ++q) {
    for (std::size_t n = 0; n < N; ++n) {
      sum[q][n].store(work.sums + (q * kBlockTokens + part) * padded + c + n * kLanes);
    }
  }
}

// A query's values out of the first `used` of their 32 sums; the others are 0.
inline void join_sums(const float* sums, std::size_t used, std::size_t size, float* out) noexcept {
  const std::size_t padded = AttentionTask::padded(size);
  for (std::size_t c = 0; c < size; c += kLanes) {
    Lanes lane[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) {
      Lanes part[kParts];
      for (std::size_t k = 0; k < kParts; ++k) {
        const std::size_t at = k * kLanes + i;
        part[k] = at < used ? Lanes::load(sums + at * padded + c) : Lanes::zero();
      }
      lane[i] = join(part);
    }
    for (std::size_t i = 0; i < kLanes / 2; ++i) lane[i] = lane[i] + lane[i + kLanes / 2];
    const Lanes sum = (lane[0] + lane[1]) + (lane[2] + lane[3]);
    if (size - c < kLanes) {
      store_rest(sum, out + c, size - c);
    } else {
      sum.store(out + c);
    }
  }
}

template <class Stored, std::size_t Q>
void weigh_values(const Weighing& work) noexcept {
  const std::size_t size = work.layer.value_size, count = work.tokens.end - work.tokens.begin;
  const std::size_t used = count < kBlockTokens ? count : kBlockTokens;
  for (std::size_t part = 0; part < used; ++part) {
    std::size_t c = 0;
    constexpr std::size_t kWide = Q == 1 ? 8 : 4;  // so that no sum waits for the one before it
    for (; c + kWide * kLanes <= size; c += kWide * kLanes) {
      add_values<Stored, Q, kWide>(work, part, c, size - c);
    }
    for (; c < size; c += kLanes) add_values<Stored, Q, 1>(work, part, c, size - c);
  }
  for (std::size_t q = 0; q < Q; ++q) {
    join_sums(work.sums + q * kBlockTokens * AttentionTask::padded(size), used, size,
              work.queries[q].out);
  }
}

// The queries of some positions that read one cache head, in groups.
template <class Stored>
class AttentionPart {
 public:
  AttentionPart(const AttentionTask& task, std::size_t number, float* scratch) noexcept
      : task_(task),
        layer_(*task.layer),
        cache_head_(number % layer_.cache_heads),
        first_(number / layer_.cache_heads * AttentionTask::kPositionsPerPart),
        sums_(scratch),
        scores_(scratch + AttentionTask::sum_floats(layer_.value_size)) {
    const std::size_t left = task.positions - first_;
    end_ = first_ +
           (left < AttentionTask::kPositionsPerPart ? left : AttentionTask::kPositionsPerPart);
    const std::size_t begin = visible(layer_, layer_.first_position + first_).begin;
    tokens_ = {begin / kBlockTokens * kBlockTokens,
               visible(layer_, layer_.first_position + end_ - 1).end};
  }

  void run() noexcept {
    if (tokens_.begin >= tokens_.end) return clear();
    for (std::size_t block = tokens_.begin; block < tokens_.end; block += kBlockTokens) {
      for_groups([&](const Query* queries, auto count) { score_block<count()>(queries, block); });
    }
    for_groups([&](const Query* queries, auto count) { finish<count()>(queries); });
  }

 private:
  template <std::size_t Count>
  using Constant = std::integral_constant<std::size_t, Count>;

  Query query(std::size_t number) const noexcept {
    const std::size_t shared = layer_.heads / layer_.cache_heads;
    const std::size_t p = first_ + number / shared, head = cache_head_ * shared + number % shared;
    const std::size_t at = p * layer_.heads + head, position = layer_.first_position + p;
    return {task_.queries + at * layer_.key_size,
            scores_ + number * AttentionTask::padded(tokens_.end - tokens_.begin),
            task_.out + at * layer_.value_size,
            position,
            visible(layer_, position),
            layer_.slopes.empty() ? 0 : layer_.slopes[head]};
  }
  template <class Each>
  void for_groups(const Each& each) const noexcept {
    const std::size_t count = (end_ - first_) * (layer_.heads / layer_.cache_heads);
    for (std::size_t i = 0; i < count; i += kQueries) {
      Query queries[kQueries];
      for (std::size_t q = 0; q < kQueries && i + q < count; ++q) queries[q] = query(i + q);
      if (count - i >= 3) {
        each(queries, Constant<3>());
      } else if (count - i == 2) {
        each(queries, Constant<2>());
      } else {
        each(queries, Constant<1>());
      }
    }
  }

  template <std::size_t Q>
  void score_block(const Query* queries, std::size_t block) const noexcept {
    std::size_t end = 0;
    for (std::size_t q = 0; q < Q; ++q) end = queries[q].seen.end > end ? queries[q].seen.end : end;
    if (end > block + kBlockTokens) end = block + kBlockTokens;
    if (block >= end) return;
    score<Stored, Q>(layer_, queries, cache_head_, {block, end}, block - tokens_.begin);
  }

  template <std::size_t Q>
  void finish(const Query* queries) const noexcept {
    Weighing work{layer_, queries, cache_head_, {tokens_.end, 0}, {0, tokens_.end}, sums_};
    for (std::size_t q = 0; q < Q; ++q) {
      const TokenRange seen = queries[q].seen;
      const std::size_t begin = seen.begin / kBlockTokens * kBlockTokens;
      if (seen.begin < seen.end) {
        weigh<Stored>(queries[q].scores + (begin - tokens_.begin),
                      AttentionTask::padded(seen.end - begin));
      }
      if (seen.end > work.tokens.end) work.tokens.end = seen.end;
      if (seen.begin > work.common.begin) work.common.begin = seen.begin;
      if (seen.end < work.common.end) work.common.end = seen.end;
    }
    work.tokens.begin = tokens_.begin;
    weigh_values<Stored, Q>(work);
  }

  void clear() const noexcept {
    for_groups([&](const Query* queries, auto count) {
      for (std::size_t q = 0; q < count(); ++q) {
        std::memset(queries[q].out, 0, layer_.value_size * sizeof(float));
      }
    });
  }

  const AttentionTask& task_;
  const AttentionLayer& layer_;
  std::size_t cache_head_, first_, end_;
  TokenRange tokens_;  // of all these positions, from the first of a block on
  float *sums_, *scores_;
};

void attend_one(const AttentionTask& task, std::size_t part, float* scratch) {
  if (task.layer->cache_type == tensor::DType::kF16) {
    AttentionPart<StoredHalf>(task, part, scratch).run();
  } else {
    AttentionPart<StoredFloat>(task, part, scratch).run();
  }
}

}  // namespace

}  // namespace hartonomous::core::run
