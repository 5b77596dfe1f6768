// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model's metadata says of its rotary positions.
#pragma once

#include "core/run/facts.hpp"

namespace hartonomous::core::run {

// Fills out.rope, and out.context_length where the scaling stretches it. kUnsupported for a scaling
// that is not known. REQUIRES: sizes, family and naming of `out` are set.
Status read_rope(const Facts& facts, ModelDescription& out);

}  // namespace hartonomous::core::run
