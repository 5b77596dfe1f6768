// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/norm.hpp"

#include <cmath>
#include <cstddef>

namespace hartonomous::core::run {

void rms_norm(std::span<const float> in, std::span<const float> weight, float offset, float epsilon,
              std::span<float> out) noexcept {
  double squares = 0;
  for (const float x : in) squares += x * x;
  const auto mean = static_cast<float>(squares / static_cast<double>(in.size()));
  const float scale = 1 / std::sqrt(mean + epsilon);
  for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i] * scale * (weight[i] + offset);
}

void layer_norm(std::span<const float> in, std::span<const float> weight,
                std::span<const float> bias, float epsilon, std::span<float> out) noexcept {
  double sum = 0;
  for (const float x : in) sum += x;
  const auto mean = static_cast<float>(sum / static_cast<double>(in.size()));
  double squares = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const float centred = in[i] - mean;
    squares += static_cast<double>(centred) * centred;
    out[i] = centred;
  }
  const auto variance = static_cast<float>(squares / static_cast<double>(in.size()));
  const float scale = 1 / std::sqrt(variance + epsilon);
  for (std::size_t i = 0; i < in.size(); ++i) {
    out[i] = out[i] * scale * weight[i] + (bias.empty() ? 0 : bias[i]);
  }
}

}  // namespace hartonomous::core::run
