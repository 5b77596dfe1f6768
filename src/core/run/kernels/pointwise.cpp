// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/pointwise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "core/run/kernels/gelu.hpp"
#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

namespace {

// The approximation ½ x (1 + tanh u) as x / (1 + e^(-2u)), whose exponentials come by the vector.
void gelu_tanh(std::span<float> values) noexcept {
  constexpr float kTwiceRootTwoOverPi = 1.5957691216057307117F;
  std::array<float, 256> powers;
  for (std::size_t begin = 0; begin < values.size(); begin += powers.size()) {
    const std::span<float> some =
        values.subspan(begin, std::min(powers.size(), values.size() - begin));
    for (std::size_t i = 0; i < some.size(); ++i) {
      const float x = some[i];
      powers[i] = -kTwiceRootTwoOverPi * x * (1 + 0.044715F * x * x);
    }
    best_kernels().exponentials(powers.data(), some.size(), 0, powers.data());
    for (std::size_t i = 0; i < some.size(); ++i) some[i] /= 1 + powers[i];
  }
}

}  // namespace

float sigmoid(float x) noexcept { return 1 / (1 + std::exp(-x)); }

void activate(Activation activation, std::span<float> values) noexcept {
  constexpr float kRootHalf = 0.70710678118654752440F;
  switch (activation) {
    case Activation::kSilu:
      return best_kernels().silu(values.data(), values.size(), values.data());
    case Activation::kGeluTanh:
      return gelu_tanh(values);
    case Activation::kGeluHalves:
      for (float& x : values) x = gelu_in_halves(x);
      return;
    case Activation::kGelu:
      for (float& x : values) x = 0.5F * x * (1 + std::erf(x * kRootHalf));
      return;
    case Activation::kRelu:
      for (float& x : values) x = x > 0 ? x : 0;
      return;
  }
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
