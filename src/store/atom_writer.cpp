// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Nine tenths of the cost of a row are its index entries, and an index entry is cheap when it lands
// on the page the last one landed on. So a bulk write does not go row by row: the heap gets the
// rows along the Hilbert curve (neighbours in space share pages), and then each index gets its
// entries in that index's own order. The unique check stays on, although the lock and the look-up
// before it already exclude duplicates.
//
// The small path is what INSERT ... ON CONFLICT DO NOTHING does: look, insert speculatively, and
// take it back if somebody was faster (src/backend/executor/nodeModifyTable.c, ExecInsert).
#include "store/atom_writer.hpp"

#include <algorithm>

#include "core/base/interruptible_sort.hpp"
#include "core/space/hilbert.hpp"
#include "store/atom_finder.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kRowsPerBatch = 256;

// What the executor needs to maintain a table's indexes, outside a plan. Plain memory.
struct IndexTarget {
  EState* estate;
  ResultRelInfo* result;

  static IndexTarget open(const AtomTable& table, bool speculative) {
    const MemoryContext caller = MemoryContextSwitchTo(table.context);
    IndexTarget target{};
    target.estate = CreateExecutorState();
    target.result = makeNode(ResultRelInfo);
    InitResultRelInfo(target.result, table.relation, 1, nullptr, 0);
    ExecOpenIndices(target.result, speculative);
    MemoryContextSwitchTo(caller);
    return target;
  }
  void close() const {
    ExecCloseIndices(result);
    FreeExecutorState(estate);
  }
};

std::vector<NodeIndex> without_ids(std::span<const NodeIndex> nodes,
                                   std::span<const std::int64_t> ids) {
  std::vector<NodeIndex> missing;
  for (const NodeIndex node : nodes) {
    if (ids[node] == 0) missing.push_back(node);
  }
  return missing;
}

// Runs `batch(stretch)` under a guard over stretches of `nodes`, in a memory context that is reset
// after each.
template <class F>
void in_batches(const AtomTable& table, std::span<const NodeIndex> nodes,
                core::Checkpoint& checkpoint, F&& batch) {
  const MemoryContext scratch = pg::call([&] {
    return AllocSetContextCreate(table.context, "hartonomous atom batch", ALLOCSET_DEFAULT_SIZES);
  });
  for (std::size_t at = 0; at < nodes.size(); at += kRowsPerBatch) {
    pg::call([&] {
      const MemoryContext caller = MemoryContextSwitchTo(scratch);
      batch(nodes.subspan(at, std::min(kRowsPerBatch, nodes.size() - at)), at);
      MemoryContextSwitchTo(caller);
      MemoryContextReset(scratch);
    });
    checkpoint.reached(0);
  }
  pg::call([&] { MemoryContextDelete(scratch); });
}

void assign_ids(const AtomTable& table, std::span<const NodeIndex> nodes,
                std::span<std::int64_t> ids, core::Checkpoint& checkpoint) {
  const Oid sequence = pg::call(
      [&] { return get_relname_relid("atom_id_seq", RelationGetNamespace(table.relation)); });
  in_batches(table, nodes, checkpoint, [&](std::span<const NodeIndex> batch, std::size_t) {
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

class BulkInsert {
 public:
  BulkInsert(const AtomTable& table, const AtomGraph& graph, std::span<const std::int64_t> ids,
             core::Checkpoint& checkpoint)
      : table_(table), graph_(graph), ids_(ids), checkpoint_(checkpoint) {}

  void run(std::span<const NodeIndex> by_hash, std::span<const NodeIndex> by_curve) {
    tids_.resize(graph_.size());
    write_heap(by_curve);
    const IndexTarget target = pg::call([&] { return IndexTarget::open(table_, false); });
    for (int i = 0; i < target.result->ri_NumIndices; ++i) {
      const Relation index = target.result->ri_IndexRelationDescs[i];
      write_index(target, i,
                  RelationGetRelid(index) == RelationGetRelid(table_.by_hash) ? by_hash : by_curve);
    }
    pg::call([&] { target.close(); });
  }

 private:
  void write_heap(std::span<const NodeIndex> nodes) {
    TupleTableSlot** slots = nullptr;
    pg::call([&] {
      const MemoryContext caller = MemoryContextSwitchTo(table_.context);
      slots = static_cast<TupleTableSlot**>(palloc(sizeof(TupleTableSlot*) * kRowsPerBatch));
      for (std::size_t i = 0; i < kRowsPerBatch; ++i) {
        slots[i] = table_slot_create(table_.relation, nullptr);
      }
      MemoryContextSwitchTo(caller);
    });
    in_batches(table_, nodes, checkpoint_, [&](std::span<const NodeIndex> batch, std::size_t) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        fill_atom_slot(slots[i], table_, graph_, batch[i], ids_, kAllAtomColumns);
      }
      table_multi_insert(table_.relation, slots, static_cast<int>(batch.size()),
                         GetCurrentCommandId(true), 0, nullptr);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        tids_[batch[i]] = slots[i]->tts_tid;
        ExecClearTuple(slots[i]);
      }
    });
    pg::call([&] {
      for (std::size_t i = 0; i < kRowsPerBatch; ++i) ExecDropSingleTupleTableSlot(slots[i]);
    });
  }

  static unsigned columns_of(const IndexInfo* info) noexcept {
    if (info->ii_Expressions != NIL || info->ii_Predicate != NIL) return kAllAtomColumns;
    unsigned columns = 0;
    for (int i = 0; i < info->ii_NumIndexAttrs; ++i) {
      columns |= 1U << (info->ii_IndexAttrNumbers[i] - 1);
    }
    return columns;
  }

  void write_index(const IndexTarget& target, int i, std::span<const NodeIndex> nodes) {
    const Relation index = target.result->ri_IndexRelationDescs[i];
    IndexInfo* const info = target.result->ri_IndexRelationInfo[i];
    if (!info->ii_ReadyForInserts) return;
    const unsigned columns = columns_of(info);
    const IndexUniqueCheck unique =
        index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO;
    TupleTableSlot* slot = nullptr;
    ExprState* predicate = nullptr;
    pg::call([&] {
      slot = MakeSingleTupleTableSlot(RelationGetDescr(table_.relation), &TTSOpsVirtual);
      if (info->ii_Predicate != NIL) predicate = ExecPrepareQual(info->ii_Predicate, target.estate);
      GetPerTupleExprContext(target.estate)->ecxt_scantuple = slot;
    });
    in_batches(table_, nodes, checkpoint_, [&](std::span<const NodeIndex> batch, std::size_t) {
      for (const NodeIndex node : batch) {
        fill_atom_slot(slot, table_, graph_, node, ids_, columns);
        slot->tts_tid = tids_[node];
        if (predicate != nullptr && !ExecQual(predicate, GetPerTupleExprContext(target.estate))) {
          continue;
        }
        Datum values[INDEX_MAX_KEYS];
        bool nulls[INDEX_MAX_KEYS];
        FormIndexDatum(info, slot, target.estate, values, nulls);
        index_insert(index, values, nulls, &tids_[node], table_.relation, unique, false, info);
      }
    });
    pg::call([&] { ExecDropSingleTupleTableSlot(slot); });
  }

  const AtomTable& table_;
  const AtomGraph& graph_;
  std::span<const std::int64_t> ids_;
  core::Checkpoint& checkpoint_;
  std::vector<ItemPointerData> tids_;
};

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
    target = IndexTarget::open(table, true);
    slot = table_slot_create(table.relation, nullptr);
    other = table_slot_create(table.relation, nullptr);
    arbiters = list_make1_oid(RelationGetRelid(table.by_hash));
    sequence = get_relname_relid("atom_id_seq", RelationGetNamespace(table.relation));
  });
  std::size_t added = 0;
  in_batches(table, nodes, checkpoint, [&](std::span<const NodeIndex> batch, std::size_t) {
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

}  // namespace

StoredAtoms store_atoms(const AtomGraph& graph, core::Checkpoint& checkpoint) {
  StoredAtoms stored;
  stored.ids.resize(graph.size());
  const std::vector<NodeIndex> by_hash = in_hash_order(graph, checkpoint);
  AtomTable table = AtomTable::open(AccessShareLock);
  find_atoms(table, graph, by_hash, stored.ids, checkpoint);
  std::vector<NodeIndex> missing = without_ids(by_hash, stored.ids);
  if (missing.size() >= kBulkAtoms) {
    pg::call([&] { LockRelation(table.relation, ShareRowExclusiveLock); });
    find_atoms(table, graph, missing, stored.ids, checkpoint);
    missing = without_ids(missing, stored.ids);
    const std::vector<NodeIndex> by_curve = in_curve_order(graph, missing, checkpoint);
    assign_ids(table, by_curve, stored.ids, checkpoint);
    BulkInsert(table, graph, stored.ids, checkpoint).run(missing, by_curve);
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
