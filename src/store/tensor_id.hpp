// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "core/hash/content_hash.hpp"

namespace hartonomous::store {

// The number of a tensor in this database by its content address; kCorrupt if there is none.
// REQUIRES: owner's rights.
std::int64_t tensor_id_of(const core::hash::ContentHash& hash);

}  // namespace hartonomous::store
