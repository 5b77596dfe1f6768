// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/attention.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/cursor.hpp"
#include "core/run/kernels/pointwise.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::run {

namespace {

// The nearest binary16, ties to even; too large becomes infinite, NaN stays one.
std::uint16_t to_half(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  if (magnitude > 0x7f800000U) return sign | 0x7e00U;
  if (magnitude >= 0x477ff000U) return sign | 0x7c00U;
  if (magnitude < 0x38800000U) {  // below the normal numbers: let the adder round at 2^-24
    const float aligned = std::bit_cast<float>(magnitude) + 0.5F;
    return sign | static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(aligned) - 0x3f000000U);
  }
  const std::uint32_t rounded = magnitude + 0xfffU + (magnitude >> 13 & 1U);
  return sign | static_cast<std::uint16_t>((rounded - 0x38000000U) >> 13);
}

template <CacheType type>
float element(const std::byte* from, std::size_t i) noexcept {
  if constexpr (type == CacheType::kF32) return load_little_endian<float>(from + 4 * i);
  return tensor::half_to_float(load_little_endian<std::uint16_t>(from + 2 * i));
}

void softmax(std::span<float> scores) noexcept {
  const float largest = *std::ranges::max_element(scores);
  double sum = 0;
  for (float& score : scores) {
    score = std::exp(score - largest);
    sum += score;
  }
  const auto scale = static_cast<float>(1 / sum);
  for (float& score : scores) score *= scale;
}

template <CacheType type>
void attend_typed(const CachedHead& head, std::size_t begin, std::size_t end,
                  std::span<const float> query, float scale, float cap, std::span<float> scores,
                  std::span<float> out) noexcept {
  const std::size_t vector_bytes = head.head_size * size_of(type);
  const auto vector_at = [&](std::span<const std::byte* const> chunks, std::size_t i) {
    return chunks[i / head.chunk_positions] + head.offset + i % head.chunk_positions * vector_bytes;
  };
  for (std::size_t i = begin; i < end; ++i) {
    const std::byte* key = vector_at(head.keys, i);
    float sum = 0;
    for (std::size_t d = 0; d < head.head_size; ++d) sum += query[d] * element<type>(key, d);
    scores[i - begin] = sum * scale;
  }
  const std::span<float> used = scores.first(end - begin);
  if (cap > 0) soft_cap(cap, used);
  softmax(used);
  std::ranges::fill(out, 0.0F);
  for (std::size_t i = begin; i < end; ++i) {
    const std::byte* value = vector_at(head.values, i);
    const float weight = used[i - begin];
    for (std::size_t d = 0; d < head.head_size; ++d) out[d] += weight * element<type>(value, d);
  }
}

}  // namespace

void attend(const CachedHead& head, std::size_t begin, std::size_t end,
            std::span<const float> query, float scale, float cap, std::span<float> scores,
            std::span<float> out) noexcept {
  if (head.type == CacheType::kF32) {
    attend_typed<CacheType::kF32>(head, begin, end, query, scale, cap, scores, out);
  } else {
    attend_typed<CacheType::kF16>(head, begin, end, query, scale, cap, scores, out);
  }
}

void store(CacheType type, std::span<const float> values, std::byte* to) noexcept {
  if (type == CacheType::kF32) {
    std::memcpy(to, values.data(), values.size_bytes());
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint16_t half = to_half(values[i]);
    std::memcpy(to + 2 * i, &half, sizeof half);
  }
}

}  // namespace hartonomous::core::run
