// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The feed-forward block of a layer, dense or by experts.
#pragma once

#include <span>

#include "core/run/kernels/activations.hpp"
#include "core/run/machine.hpp"
#include "core/run/model.hpp"

namespace hartonomous::core::run {

// out = down(activation(gate in) * up in), or without gate down(activation(up in)).
// REQUIRES: in has model.hidden columns; out.size() == positions * model.hidden.
Status apply(const FeedForwardPlace& place, const ModelDescription& model, const Activations& in,
             std::span<float> out, Machine& machine);

// out = sum over a position's chosen experts of weight * expert(in), best first, plus the shared
// expert where there is one. The chosen are the experts.used with the largest softmax of the
// router; among equals the lower number. Source: Shazeer et al. 2017; Jiang et al. 2024 (Mixtral).
Status apply(const ExpertsPlace& place, const ModelDescription& model, const Activations& in,
             std::span<float> out, Machine& machine);

}  // namespace hartonomous::core::run
