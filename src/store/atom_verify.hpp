// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Derives everything that is said of an atom, and of a document, again from what lies below it.
#pragma once

#include "store/verify.hpp"

namespace hartonomous::store {

// Each atom against its children's rows: content hash, canonical form, geometry bit for bit, curve
// position. About 20 us an atom; memory bounded. REQUIRES: owner's rights.
void verify_atoms(const Report& report);

// Each document's text against its length and SHA-256. REQUIRES: owner's rights.
void verify_documents(const Report& report);

}  // namespace hartonomous::store
