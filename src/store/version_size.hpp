// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "store/model_catalog.hpp"

namespace hartonomous::store {

// Bytes of stored payload that only this version needs: what the collector would free at
// least if it went (a block that another is coded given counts as needed).
// O(what only it names, by index).
std::int64_t marginal_bytes(const VersionKey& version);

}  // namespace hartonomous::store
