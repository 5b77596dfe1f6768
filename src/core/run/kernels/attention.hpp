// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Attention of one query over the cached keys and values of one head. The result depends on the
// query and the cached elements in their order alone. Source: Vaswani et al. 2017.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hartonomous::core::run {

enum class CacheType : std::uint8_t { kF32, kF16 };
constexpr std::size_t size_of(CacheType type) noexcept { return type == CacheType::kF32 ? 4 : 2; }

// A head's keys and values: chunks of `chunk_positions` vectors of `head_size` elements.
struct CachedHead {
  CacheType type;
  std::size_t head_size, chunk_positions;
  std::size_t offset;  // bytes from a chunk's start to this head's part of it
  std::span<const std::byte*const> keys, values;
};

// out = sum of softmax(cap(scale * query · key_i)) value_i over positions i in [begin, end).
// `cap` of 0 is none; `scores` is scratch for end - begin numbers. REQUIRES: begin < end.
void attend(const CachedHead& head, std::size_t begin, std::size_t end,
            std::span<const float> query, float scale, float cap, std::span<float> scores,
            std::span<float> out) noexcept;

// values to the cache's type, the nearest number, ties to even.
void store(CacheType type, std::span<const float> values, std::byte* to) noexcept;

}  // namespace hartonomous::core::run
