// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which nodes of a graph are stored already, and under which ids.
#pragma once

#include "core/base/checkpoint.hpp"
#include "store/atom_table.hpp"

namespace hartonomous::store {

// Whether a's content hash comes before b's.
bool is_before(const AtomGraph& graph, NodeIndex a, NodeIndex b) noexcept;

// `nodes` in ascending order of content hash. O(n log n).
std::vector<NodeIndex> in_hash_order(const AtomGraph& graph, std::span<const NodeIndex> nodes,
                                     core::Checkpoint& checkpoint);

// Looks up `nodes`, which are in hash order, among the atoms that are committed now or were stored
// by this transaction, and enters the ids of those it finds into `ids`.
void find_atoms(const AtomTable& table, const AtomGraph& graph, std::span<const NodeIndex> nodes,
                std::span<std::int64_t> ids, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
