// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Functions of single elements of a forward pass.
// Sources: Hendrycks and Gimpel 2016 (GELU); Elfwing et al. 2017 (SiLU); Shazeer 2020 (gating).
#pragma once

#include <span>

#include "core/run/model_description.hpp"

namespace hartonomous::core::run {

// values[i] = f(values[i]).
void activate(Activation activation, std::span<float> values) noexcept;

// gate[i] = f(gate[i]) * up[i]. REQUIRES: equal sizes.
void activate_and_gate(Activation activation, std::span<float> gate,
                       std::span<const float> up) noexcept;

// values[i] = cap * tanh(values[i] / cap). REQUIRES: cap > 0.
void soft_cap(float cap, std::span<float> values) noexcept;

float sigmoid(float x) noexcept;

}  // namespace hartonomous::core::run
