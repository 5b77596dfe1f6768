// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kv_cache.hpp"

#include <algorithm>
#include <cstring>

namespace hartonomous::core::run {

Status KvCache::reserve(std::size_t positions) {
  const std::size_t chunks = (positions + kChunk - 1) / kChunk;
  const std::size_t half = half_chunk_bytes();
  if (chunks * layers_.size() > max_bytes_ / (2 * half)) {
    return Status(Code::kOutOfMemory, "keys and values of " + std::to_string(positions) +
                                          " positions exceed the memory budget")
        .with_detail("They would take " + std::to_string(chunks * layers_.size() * 2 * half) +
                     " bytes of " + std::to_string(max_bytes_) + ".");
  }
  if (packed_ > 0) move_last(packed_, kChunk);
  packed_ = 0;
  for (Layer& layer : layers_) {
    while (layer.storage.size() < chunks) {
      layer.keys.reserve(chunks);
      layer.values.reserve(chunks);
      layer.storage.reserve(chunks);
      layer.storage.push_back(std::make_unique_for_overwrite<std::byte[]>(2 * half));
      layer.keys.push_back(layer.storage.back().get());
      layer.values.push_back(layer.storage.back().get() + half);
    }
  }
  return Status::ok();
}

void KvCache::shrink(std::size_t positions) noexcept {
  const std::size_t chunks = (positions + kChunk - 1) / kChunk;
  for (Layer& layer : layers_) {
    if (layer.storage.size() <= chunks) continue;
    packed_ = 0;
    layer.storage.resize(chunks);
    layer.keys.resize(chunks);
    layer.values.resize(chunks);
  }
}

void KvCache::pack(std::size_t positions) {
  shrink(positions);
  if (packed_ > 0 || positions % kChunk == 0) return;
  move_last(kChunk, positions % kChunk);
  packed_ = positions % kChunk;
}

void KvCache::move_last(std::size_t from, std::size_t to) {
  const std::size_t size = vector_bytes(), kept = std::min(from, to) * size;
  for (Layer& layer : layers_) {
    auto moved = std::make_unique_for_overwrite<std::byte[]>(2 * heads_ * to * size);
    for (std::size_t head = 0; head < 2 * heads_; ++head) {
      std::memcpy(moved.get() + head * to * size, layer.storage.back().get() + head * from * size,
                  kept);
    }
    layer.storage.back() = std::move(moved);
    layer.keys.back() = layer.storage.back().get();
    layer.values.back() = layer.storage.back().get() + heads_ * to * size;
  }
}

std::size_t KvCache::bytes() const noexcept {
  std::size_t chunks = 0;
  for (const Layer& layer : layers_) chunks += layer.storage.size();
  const std::size_t spared =
      packed_ > 0 ? layers_.size() * 2 * heads_ * (kChunk - packed_) * vector_bytes() : 0;
  return chunks * 2 * half_chunk_bytes() - spared;
}

void KvCache::write(std::size_t layer, std::size_t position, std::span<const float> keys,
                    std::span<const float> values) noexcept {
  std::byte* const chunk = layers_[layer].storage[position / kChunk].get();
  for (std::size_t head = 0; head < heads_; ++head) {
    std::byte* const at = chunk + (head * kChunk + position % kChunk) * vector_bytes();
    store(keys.subspan(head * head_size_, head_size_), at);
    store(values.subspan(head * head_size_, head_size_), at + half_chunk_bytes());
  }
}

void KvCache::store(std::span<const float> vector, std::byte* to) const noexcept {
  if (type_ == tensor::DType::kF16) {
    best_kernels().to_half(vector.data(), vector.size(), to);
  } else {
    std::memcpy(to, vector.data(), vector.size_bytes());
  }
}

}  // namespace hartonomous::core::run
