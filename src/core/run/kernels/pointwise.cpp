// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/pointwise.hpp"

#include <cmath>
#include <cstddef>

#include "core/run/kernels/gelu.hpp"
#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

namespace {

// Of all but SiLU, which the kernel sets have.
float activated(Activation activation, float x) noexcept {
  constexpr float kRootHalf = 0.70710678118654752440F;
  switch (activation) {
    case Activation::kGelu:
      return 0.5F * x * (1 + std::erf(x * kRootHalf));
    case Activation::kGeluTanh:
      return gelu_in_halves(x);
    default:
      return x > 0 ? x : 0;
  }
}

}  // namespace

float sigmoid(float x) noexcept { return 1 / (1 + std::exp(-x)); }

void activate(Activation activation, std::span<float> values) noexcept {
  if (activation == Activation::kSilu) {
    return best_kernels().silu(values.data(), values.size(), values.data());
  }
  for (float& x : values) x = activated(activation, x);
}

void activate_and_gate(Activation activation, std::span<float> gate,
                       std::span<const float> up) noexcept {
  activate(activation, gate);
  for (std::size_t i = 0; i < gate.size(); ++i) gate[i] *= up[i];
}

void soft_cap(float cap, std::span<float> values) noexcept {
  for (float& x : values) x = cap * std::tanh(x / cap);
}

}  // namespace hartonomous::core::run
