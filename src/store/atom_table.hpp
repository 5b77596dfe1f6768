// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The table hartonomous.atom as C++ opens it: its columns, its indexes by role, its kinds, and how
// a node of an AtomGraph becomes a row.
#pragma once

#include "core/text/atom_graph.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

using core::text::AtomGraph;
using core::text::NodeIndex;

// Positions of the columns, from 0.
enum AtomColumn : int {
  kAtomId,
  kContentHash,
  kKind,
  kIsConstant,
  kRefs,
  kMultiplicities,
  kValue,
  kGeom,
  kHilbertHigh,
  kHilbertLow,
  kAtomColumns,
};

// Plain memory, so that an ERROR may abandon it: PostgreSQL then closes what is open. Everything is
// allocated in `context`.
struct AtomTable {
  MemoryContext context;
  Relation relation;
  Relation by_id, by_hash;  // atom_pkey, atom_content_hash_key
  Oid codepoint_kind, byte_kind, composition_kind;

  // REQUIRES: an open transaction. `lock` stays until its end.
  static AtomTable open(LOCKMODE lock);
  void close() const;
};

// Fills the columns of `slot` named by `wanted` (a bit per AtomColumn; others become NULL) with the
// row of a node. `ids[child]` must be known for the children if kRefs is wanted. Allocates in the
// current memory context; may raise ERROR (out of memory), so call it under pg::call.
inline constexpr unsigned kAllAtomColumns = (1U << kAtomColumns) - 1;
void fill_atom_slot(TupleTableSlot* slot, const AtomTable& table, const AtomGraph& graph,
                    NodeIndex node, std::span<const std::int64_t> ids, unsigned wanted);

}  // namespace hartonomous::store
