// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "core/facts/completeness.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::serve {

// What the version lacks. Of an architecture that runs here, the first tensor that keeps it from
// running; of others what core::facts::missing_tensors() finds.
std::vector<core::facts::Missing> validate_model(const store::VersionKey& version);

}  // namespace hartonomous::serve
