// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a pass works with: where its weights come from, who shares the work, and whom it reports to.
#pragma once

#include "core/base/checkpoint.hpp"
#include "core/base/workers.hpp"
#include "core/run/weights.hpp"

namespace hartonomous::core::run {

struct Machine {
  WeightSource& weights;
  Workers& workers;
  Checkpoint& checkpoint;  // reached on the caller's thread, with bytes of weights read
};

}  // namespace hartonomous::core::run
