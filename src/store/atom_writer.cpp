// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A bulk write goes along the Hilbert curve (neighbours in space share heap pages) and then gives
// each index its entries in that index's own order: see ordered_insert.hpp.
//
// The small path is what INSERT ... ON CONFLICT DO NOTHING does: look, insert speculatively, and
// take it back if somebody was faster (src/backend/executor/nodeModifyTable.c, ExecInsert).
#include "store/atom_writer.hpp"

#include <algorithm>

#include "core/base/interruptible_sort.hpp"
#include "core/space/hilbert.hpp"
#include "store/atom_finder.hpp"
#include "store/distinct.hpp"
#include "store/ordered_insert.hpp"

namespace hartonomous::store {

namespace {

std::vector<NodeIndex> without_ids(std::span<const NodeIndex> nodes,
                                   std::span<const std::int64_t> ids) {
  std::vector<NodeIndex> missing;
  for (const NodeIndex node : nodes) {
    if (ids[node] == 0) missing.push_back(node);
  }
  return missing;
}

void assign_ids(const AtomTable& table, std::span<const NodeIndex> nodes,
                std::span<std::int64_t> ids, core::Checkpoint& checkpoint) {
  const Oid sequence = pg::call(
      [&] { return get_relname_relid("atom_id_seq", RelationGetNamespace(table.relation)); });
  in_batches(table.context, nodes, checkpoint, [&](std::span<const NodeIndex> batch, std::size_t) {
    for (const NodeIndex node : batch) ids[node] = nextval_internal(sequence, false);
  });
}

std::vector<NodeIndex> in_curve_order(const AtomGraph& graph, std::span<const NodeIndex> nodes,
                                      core::Checkpoint& checkpoint) {
  struct Keyed {
    core::space::HilbertKey key;
    NodeIndex node;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(nodes.size());
  for (const NodeIndex node : nodes) {
    keyed.push_back({core::space::hilbert_key(graph.point(node)), node});
  }
  const auto less = [](const Keyed& a, const Keyed& b) {
    return a.key != b.key ? a.key < b.key : a.node < b.node;
  };
  core::interruptible_sort(keyed, less, checkpoint);
  std::vector<NodeIndex> sorted(nodes.size());
  std::ranges::transform(keyed, sorted.begin(), &Keyed::node);
  return sorted;
}

void insert_many(const AtomTable& table, const AtomGraph& graph, std::span<const NodeIndex> by_hash,
                 std::span<std::int64_t> ids, core::Checkpoint& checkpoint) {
  const std::vector<NodeIndex> by_curve = in_curve_order(graph, by_hash, checkpoint);
  assign_ids(table, by_curve, ids, checkpoint);
  const auto fill = [&](TupleTableSlot* slot, NodeIndex node, unsigned wanted) {
    fill_atom_slot(slot, table, graph, node, ids, wanted);
  };
  OrderedInsert insert(table.relation, table.context, graph.size(), fill, checkpoint);
  insert.write_heap(by_curve);
  insert.write_indexes([&](Relation index) -> std::span<const NodeIndex> {
    return RelationGetRelid(index) == RelationGetRelid(table.by_hash) ? by_hash : by_curve;
  });
}

// Inserts one row unless its hash is there; returns the id it has in either case. Runs under a
// guard.
std::int64_t insert_or_find(const AtomTable& table, const IndexTarget& target, TupleTableSlot* slot,
                            TupleTableSlot* other, List* arbiters, bool& added) {
  for (;;) {
    ItemPointerData conflict;
    if (!ExecCheckIndexConstraints(target.result, slot, target.estate, &conflict, arbiters)) {
      bool is_null;
      // The row may have been deleted since it was met; then the next round finds no conflict.
      if (!table_tuple_fetch_row_version(table.relation, &conflict, SnapshotSelf, other)) continue;
      added = false;
      return DatumGetInt64(slot_getattr(other, kAtomId + 1, &is_null));
    }
    const TransactionId self = GetCurrentTransactionId();
    const uint32 token = SpeculativeInsertionLockAcquire(self);
    table_tuple_insert_speculative(table.relation, slot, GetCurrentCommandId(true), 0, nullptr,
                                   token);
    bool conflicted = false;
    list_free(ExecInsertIndexTuples(target.result, slot, target.estate, false, true, &conflicted,
                                    arbiters));
    table_tuple_complete_speculative(table.relation, slot, token, !conflicted);
    SpeculativeInsertionLockRelease(self);
    if (!conflicted) {
      added = true;
      bool is_null;
      return DatumGetInt64(slot_getattr(slot, kAtomId + 1, &is_null));
    }
  }
}

// A parent's row needs its children's ids, which are final only once the children are in. Ordering
// by (height, hash) gives that, and as both depend on content alone it is one order for all
// sessions.
std::vector<NodeIndex> in_insertion_order(const AtomGraph& graph,
                                          std::span<const NodeIndex> by_hash) {
  std::vector<std::uint32_t> height(graph.size());
  for (NodeIndex node = 0; node < graph.size(); ++node) {
    for (const core::text::ChildRun& run : graph.children(node)) {
      height[node] = std::max(height[node], height[run.node] + 1);
    }
  }
  std::vector<NodeIndex> sorted(by_hash.begin(), by_hash.end());
  std::ranges::stable_sort(sorted, {}, [&](NodeIndex node) { return height[node]; });
  return sorted;
}

std::size_t insert_few(const AtomTable& table, const AtomGraph& graph,
                       std::span<const NodeIndex> nodes, std::span<std::int64_t> ids,
                       core::Checkpoint& checkpoint) {
  IndexTarget target{};
  TupleTableSlot *slot = nullptr, *other = nullptr;
  List* arbiters = NIL;
  Oid sequence = InvalidOid;
  pg::call([&] {
    const MemoryContext caller = MemoryContextSwitchTo(table.context);
    target = IndexTarget::open(table.relation, true);
    MemoryContextSwitchTo(caller);
    slot = table_slot_create(table.relation, nullptr);
    other = table_slot_create(table.relation, nullptr);
    arbiters = list_make1_oid(RelationGetRelid(table.by_hash));
    sequence = get_relname_relid("atom_id_seq", RelationGetNamespace(table.relation));
  });
  std::size_t added = 0;
  in_batches(table.context, nodes, checkpoint, [&](std::span<const NodeIndex> batch, std::size_t) {
    for (const NodeIndex node : batch) {
      ids[node] = nextval_internal(sequence, false);
      fill_atom_slot(slot, table, graph, node, ids, kAllAtomColumns);
      bool is_new = false;
      ids[node] = insert_or_find(table, target, slot, other, arbiters, is_new);
      added += is_new;
    }
    ExecClearTuple(slot);
    ExecClearTuple(other);
  });
  pg::call([&] {
    ExecDropSingleTupleTableSlot(slot);
    ExecDropSingleTupleTableSlot(other);
    target.close();
  });
  return added;
}

// Which of the nodes at and below `tops` are worth looking up: what lies below a stored atom is
// stored, because an atom is written with or after its children and goes before or with them.
std::vector<NodeIndex> below(const AtomGraph& graph, std::span<const NodeIndex> tops) {
  std::vector<bool> is_below(graph.size());
  for (const NodeIndex top : tops) is_below[top] = true;
  for (NodeIndex node = static_cast<NodeIndex>(graph.size()); node-- > 0;) {
    if (!is_below[node]) continue;
    for (const core::text::ChildRun& run : graph.children(node)) is_below[run.node] = true;
  }
  for (const NodeIndex top : tops) is_below[top] = false;
  std::vector<NodeIndex> nodes;
  for (NodeIndex node = 0; node < graph.size(); ++node) {
    if (is_below[node]) nodes.push_back(node);
  }
  return nodes;
}

// Finds the roots, and what is needed below those that are missing. Returns the nodes that are not
// stored, in hash order.
std::vector<NodeIndex> find_missing(const AtomTable& table, const AtomGraph& graph,
                                    std::span<const NodeIndex> roots, std::span<std::int64_t> ids,
                                    core::Checkpoint& checkpoint) {
  const auto look = [&](std::span<const NodeIndex> nodes) {
    const std::vector<NodeIndex> by_hash =
        in_hash_order(graph, without_ids(nodes, ids), checkpoint);
    find_atoms(table, graph, by_hash, ids, checkpoint);
    return without_ids(by_hash, ids);
  };
  std::vector<NodeIndex> tops(roots.begin(), roots.end());
  sort_distinct(tops);
  const std::vector<NodeIndex> missing_tops = look(tops);
  if (missing_tops.empty()) return {};
  const std::vector<NodeIndex> missing_below = look(below(graph, missing_tops));
  std::vector<NodeIndex> missing(missing_tops.size() + missing_below.size());
  std::ranges::merge(missing_tops, missing_below, missing.begin(),
                     [&](NodeIndex a, NodeIndex b) { return is_before(graph, a, b); });
  return missing;
}

}  // namespace

StoredAtoms store_atoms(const AtomGraph& graph, std::span<const NodeIndex> roots, AtomLock lock,
                        core::Checkpoint& checkpoint, std::span<const std::int64_t> known) {
  StoredAtoms stored;
  stored.ids.assign(known.begin(), known.end());
  stored.ids.resize(graph.size());
  AtomTable table = AtomTable::open(AccessShareLock);
  const bool is_locked = pg::call(
      [&] { return CheckRelationLockedByMe(table.relation, ShareRowExclusiveLock, true); });
  std::vector<NodeIndex> missing = find_missing(table, graph, roots, stored.ids, checkpoint);
  if (missing.size() >= kBulkAtoms || (lock == AtomLock::kTable && !missing.empty())) {
    if (!is_locked) {
      pg::call([&] { LockRelation(table.relation, ShareRowExclusiveLock); });
      find_atoms(table, graph, missing, stored.ids, checkpoint);
      missing = without_ids(missing, stored.ids);
    }
    insert_many(table, graph, missing, stored.ids, checkpoint);
    stored.added = missing.size();
  } else if (!missing.empty()) {
    pg::call([&] { LockRelation(table.relation, RowExclusiveLock); });
    stored.added =
        insert_few(table, graph, in_insertion_order(graph, missing), stored.ids, checkpoint);
  }
  table.close();
  if (stored.added > 0) pg::call([] { CommandCounterIncrement(); });
  return stored;
}

}  // namespace hartonomous::store
