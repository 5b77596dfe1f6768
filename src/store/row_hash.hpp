// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <algorithm>

#include "core/hash/content_hash.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

// The content address in a bytea column that a CHECK keeps at 32 bytes.
inline core::hash::ContentHash hash_at(const pg::Rows& rows, std::size_t row, int column) {
  core::hash::ContentHash hash;
  std::ranges::copy(rows.bytea(row, column), hash.bytes.begin());
  return hash;
}

}  // namespace hartonomous::store
