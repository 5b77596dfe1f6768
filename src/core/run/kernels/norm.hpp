// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Normalisation of one vector. Sums run in double, so that they lose nothing that matters.
// Sources: Zhang and Sennrich 2019 (RMSNorm); Ba, Kiros and Hinton 2016 (LayerNorm).
#pragma once

#include <span>

namespace hartonomous::core::run {

// out[i] = in[i] / sqrt(mean(in²) + epsilon) * (weight[i] + offset). `out` may be `in`.
// REQUIRES: all sizes equal and > 0.
void rms_norm(std::span<const float> in, std::span<const float> weight, float offset, float epsilon,
              std::span<float> out) noexcept;

// out[i] = (in[i] - mean) / sqrt(variance + epsilon) * weight[i] + bias[i]; an empty bias adds
// nothing. `out` may be `in`. REQUIRES: all sizes equal and > 0, but for the bias.
void layer_norm(std::span<const float> in, std::span<const float> weight,
                std::span<const float> bias, float epsilon, std::span<float> out) noexcept;

}  // namespace hartonomous::core::run
