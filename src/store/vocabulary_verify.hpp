// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "store/verify.hpp"

namespace hartonomous::store {

// Vocabularies against their content addresses, and the atoms of each token against what its bytes
// and parts make. REQUIRES: owner's rights.
void verify_vocabularies(const Report& report);

}  // namespace hartonomous::store
