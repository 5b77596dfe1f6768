// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/rope.hpp"

#include <cstddef>

namespace hartonomous::core::run {

namespace {

// x * y + z rounded once, as a compiler makes it of the reference's sums: a product of floats is
// exact in double. (Rounding the sum to double first shows in one of 2^29.)
float fused(float x, float y, float z) noexcept {
  return static_cast<float>(static_cast<double>(x) * y + z);
}

}  // namespace

void rotate(RopeKind kind, std::span<const float> turns, std::span<float> head) noexcept {
  const std::size_t pairs = turns.size() / 2;
  const bool halves = kind == RopeKind::kHalves;
  const std::size_t stride = halves ? 1 : 2, distance = halves ? pairs : 1;
  for (std::size_t i = 0; i < pairs; ++i) {
    float& a = head[i * stride];
    float& b = head[i * stride + distance];
    const float x = a, y = b, cosine = turns[2 * i], sine = turns[2 * i + 1];
    a = fused(x, cosine, -(y * sine));
    b = fused(x, sine, y * cosine);
  }
}

}  // namespace hartonomous::core::run
