// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Puts the nodes of a graph into hartonomous.atom, each content once.
//
// Fewer than kBulkAtoms new atoms are inserted one by one in hash order, each waiting for a
// concurrent inserter of the same content, so concurrent small writers neither fail nor duplicate
// nor deadlock. More are written under LOCK TABLE ... IN SHARE ROW EXCLUSIVE MODE, held until the
// transaction ends: other writers wait, readers do not. The bulk path asks for that lock before it
// holds a weaker one, so single ingests cannot deadlock; two transactions that each do a small
// ingest and then a large one may, and one of them then gets 40P01.
//
// Works at every isolation level: atoms are immutable and addressed by content, so they are looked
// up in the latest committed state, not in the transaction's snapshot.
#pragma once

#include "core/base/checkpoint.hpp"
#include "store/atom_table.hpp"

namespace hartonomous::store {

inline constexpr std::size_t kBulkAtoms = 1000;

struct StoredAtoms {
  std::vector<std::int64_t> ids;  // by node index
  std::size_t added = 0;          // rows that were not there before
};

// Throws pg::Error; the transaction must then abort. Checks no privileges: callers do.
StoredAtoms store_atoms(const AtomGraph& graph, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
