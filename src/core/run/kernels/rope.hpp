// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Rotary positions: pairs of a head's elements turned by angles that grow with the position.
// Source: Su et al. 2021 (RoFormer).
#pragma once

#include <span>

#include "core/run/model_description.hpp"

namespace hartonomous::core::run {

// Turns pair i by the angle whose cosine and sine are turns[2i] and turns[2i + 1]. Elements beyond
// turns.size() stay. REQUIRES: kind is not kNone; turns.size() is even and <= head.size().
void rotate(RopeKind kind, std::span<const float> turns, std::span<float> head) noexcept;

}  // namespace hartonomous::core::run
