// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A merge that copies no byte: each tensor an expression of the inputs' tensors, which the version
// names as operands.
#pragma once

#include "core/base/checkpoint.hpp"
#include "store/manifest.hpp"
#include "store/merge_plan.hpp"

namespace hartonomous::store {

// What of the frame's manifest is another entry. Reads the inputs as often as the method has passes
// before it makes values: never for linear and task_arithmetic. kUnsupported for a method whose
// values are not sums of multiples of the inputs. REQUIRES: owner's rights; that the versions are
// held.
ManifestEntries overlay_entries(const MergePlan& plan, core::Checkpoint& progress);

}  // namespace hartonomous::store
