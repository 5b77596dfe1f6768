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
  // By node index. Known for the roots; below a root that was stored already perhaps 0.
  std::vector<std::int64_t> ids;
  std::size_t added = 0;  // rows that were not there before
};

// Which lock a write takes: as the number of new atoms asks, or always the table's. The second is
// for one part of several in a transaction, so that a small part cannot be left holding the weaker
// lock that would make the next one deadlock.
enum class AtomLock : std::uint8_t { kByCount, kTable };

// Stores `roots` and everything below them. Roots are looked up first: below one that is stored all
// is stored, and nothing is looked up. `known` has the ids of the first nodes, if the caller knows
// that those are stored. Throws pg::Error; the transaction must then abort. Checks no
// privileges: callers do.
StoredAtoms store_atoms(const AtomGraph& graph, std::span<const NodeIndex> roots, AtomLock lock,
                        core::Checkpoint& checkpoint, std::span<const std::int64_t> known = {});

}  // namespace hartonomous::store
