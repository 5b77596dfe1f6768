// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which nodes of a graph are stored already, and under which ids.
#pragma once

#include "core/base/checkpoint.hpp"
#include "store/atom_table.hpp"

namespace hartonomous::store {

// Node indices in ascending order of content hash. O(n log n).
std::vector<NodeIndex> in_hash_order(const AtomGraph& graph, core::Checkpoint& checkpoint);

// Looks up `nodes`, which are in hash order, among the atoms that are committed now or were stored
// by this transaction, and enters the ids of those it finds into `ids`. Few nodes are probed one by
// one; many are merged with an ordered scan of the index, at about a twentieth of the cost a node.
// Rows are then fetched in heap order.
void find_atoms(const AtomTable& table, const AtomGraph& graph, std::span<const NodeIndex> nodes,
                std::span<std::int64_t> ids, core::Checkpoint& checkpoint);

// Row versions by heap position; what an index gives before the heap has been asked.
struct RowPointer {
  ItemPointerData tid;
  std::uint32_t tag;  // the caller's
};
bool is_in_heap_order(std::span<const RowPointer> pointers) noexcept;
void in_heap_order(std::vector<RowPointer>& pointers);

}  // namespace hartonomous::store
