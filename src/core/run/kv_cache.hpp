// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The keys and values of one sequence, per layer in chunks of positions that are made when they are
// reached: a short sequence is small, and growing moves nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/run/kernels/stream_attention.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::run {

class KvCache {
 public:
  static constexpr std::size_t kChunk = 64;  // positions

  // For `layers` layers of `heads` heads of `head_size` elements. At most `max_bytes` are held.
  // REQUIRES: type is kF16 or kF32.
  KvCache(tensor::DType type, std::size_t layers, std::size_t heads, std::size_t head_size,
          std::size_t max_bytes)
      : type_(type), heads_(heads), head_size_(head_size), max_bytes_(max_bytes), layers_(layers) {}

  // Room for positions below `positions` in every layer. kOutOfMemory above the bound; what was
  // there stays. O(new chunks).
  Status reserve(std::size_t positions);
  // Gives chunks beyond `positions` back.
  void shrink(std::size_t positions) noexcept;
  // The same, and puts what is in the last chunk where it takes no more room than it needs, until
  // reserve() spreads it out again. O(kChunk). REQUIRES: positions were written.
  void pack(std::size_t positions);
  std::size_t bytes() const noexcept;
  std::size_t bytes_for(std::size_t positions) const noexcept {
    return (positions + kChunk - 1) / kChunk * layers_.size() * 2 * half_chunk_bytes();
  }

  // Keys and values of one position: heads * head_size elements each. REQUIRES: reserved.
  // Positions may be written by several threads at once.
  void write(std::size_t layer, std::size_t position, std::span<const float> keys,
             std::span<const float> values) noexcept;

  tensor::DType type() const noexcept { return type_; }
  // Valid until reserve(), shrink() or pack(). REQUIRES: reserved since it was packed.
  CacheView keys(std::size_t layer) const noexcept { return view(layers_[layer].keys); }
  CacheView values(std::size_t layer) const noexcept { return view(layers_[layer].values); }

 private:
  struct Layer {
    std::vector<std::unique_ptr<std::byte[]>> storage;  // per chunk: keys, then values
    std::vector<const std::byte*> keys, values;         // where they start
  };
  std::size_t vector_bytes() const noexcept { return head_size_ * tensor::info(type_).block_bytes; }
  // Bytes of one chunk's keys, or values: head after head, position after position.
  std::size_t half_chunk_bytes() const noexcept { return heads_ * kChunk * vector_bytes(); }
  // The last chunk of each layer from rooms for `from` positions of each head to rooms for `to`.
  void move_last(std::size_t from, std::size_t to);
  CacheView view(std::span<const std::byte* const> chunks) const noexcept {
    return {chunks, kChunk, vector_bytes(), kChunk * vector_bytes()};
  }
  void store(std::span<const float> vector, std::byte* to) const noexcept;

  tensor::DType type_;
  std::size_t heads_, head_size_, max_bytes_;
  std::vector<Layer> layers_;
  std::size_t packed_ = 0;  // positions in the last chunk, if it is packed
};

}  // namespace hartonomous::core::run
