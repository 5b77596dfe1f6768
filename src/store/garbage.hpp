// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Taking out what nothing refers to any more. Plain deletions in one transaction: cancelled or
// killed, nothing has happened. Space is reused after VACUUM.
#pragma once

#include <cstdint>
#include <string_view>

namespace hartonomous::store {

struct Collected {
  std::int64_t blocks = 0;
  std::int64_t bytes = 0;  // of blocks and of rows of atoms
  std::int64_t atoms = 0;
};

// Deletes files, tensors and blocks without a version ("blocks"), atoms without a root ("atoms"),
// or both ("all"). Waits for running ingests, of atoms also for readers, and keeps new ones waiting
// until its transaction ends. Throws Failure kInvalidArgument for another scope, kWrongState in a
// transaction that does not see what commits meanwhile.
Collected collect_garbage(std::string_view scope);

}  // namespace hartonomous::store
