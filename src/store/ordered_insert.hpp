// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Many rows into a table of ours: the heap in one order, then each index in its own.
//
// Nine tenths of the cost of a row are its index entries, and an index entry is cheap when it lands
// on the page the last one landed on. Unique indexes stay checked, although the caller's lock and
// look-up have excluded duplicates already.
//
// For tables of this extension only: triggers, foreign keys and row security are the caller's
// business. All rows belong to the current transaction and command.
#pragma once

#include <algorithm>

#include "core/base/checkpoint.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

inline constexpr std::size_t kRowsPerBatch = 256;

// What the executor needs to maintain a table's indexes, outside a plan. Plain memory; use it under
// a guard.
struct IndexTarget {
  EState* estate;
  ResultRelInfo* result;

  static IndexTarget open(Relation table, bool speculative);
  void close() const;

  // The columns (a bit each, from 0) of index i; all if it has expressions or a predicate.
  unsigned columns_of(int i) const;
};

// Runs `batch(stretch, offset)` under a guard over stretches of `rows`, in a memory context that is
// reset after each.
template <class F>
void in_batches(MemoryContext parent, std::span<const std::uint32_t> rows,
                core::Checkpoint& checkpoint, F&& batch) {
  const MemoryContext scratch = pg::call([&] {
    return AllocSetContextCreate(parent, "hartonomous row batch", ALLOCSET_DEFAULT_SIZES);
  });
  for (std::size_t at = 0; at < rows.size(); at += kRowsPerBatch) {
    pg::call([&] {
      const MemoryContext caller = MemoryContextSwitchTo(scratch);
      batch(rows.subspan(at, std::min(kRowsPerBatch, rows.size() - at)), at);
      MemoryContextSwitchTo(caller);
      MemoryContextReset(scratch);
    });
    checkpoint.reached(0);
  }
  pg::call([&] { MemoryContextDelete(scratch); });
}

// `fill(slot, row, wanted)` stores a virtual tuple of the row in the slot, with the columns named
// by the bits of `wanted`; it runs under a guard and allocates in the current memory context.
template <class Fill>
class OrderedInsert {
 public:
  // Row numbers are below `rows`. What must outlive a batch is allocated in `context`.
  OrderedInsert(Relation table, MemoryContext context, std::size_t rows, Fill fill,
                core::Checkpoint& checkpoint)
      : table_(table), context_(context), fill_(fill), checkpoint_(checkpoint), tids_(rows) {}

  void write_heap(std::span<const std::uint32_t> rows) {
    TupleTableSlot** const slots = make_slots();
    in_batches(context_, rows, checkpoint_, [&](std::span<const std::uint32_t> batch, std::size_t) {
      for (std::size_t i = 0; i < batch.size(); ++i) fill_(slots[i], batch[i], ~0U);
      table_multi_insert(table_, slots, static_cast<int>(batch.size()), GetCurrentCommandId(true),
                         0, nullptr);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        tids_[batch[i]] = slots[i]->tts_tid;
        ExecClearTuple(slots[i]);
      }
    });
    pg::call([&] {
      for (std::size_t i = 0; i < kRowsPerBatch; ++i) ExecDropSingleTupleTableSlot(slots[i]);
    });
  }

  // `order_of(index)` gives the rows as that index would like them. REQUIRES: write_heap.
  template <class OrderOf>
  void write_indexes(OrderOf&& order_of) {
    const IndexTarget target = pg::call([&] { return open_target(); });
    for (int i = 0; i < target.result->ri_NumIndices; ++i) {
      if (!target.result->ri_IndexRelationInfo[i]->ii_ReadyForInserts) continue;
      write_index(target, i, order_of(target.result->ri_IndexRelationDescs[i]));
    }
    pg::call([&] { target.close(); });
  }

 private:
  TupleTableSlot** make_slots() {
    return pg::call([&] {
      const MemoryContext caller = MemoryContextSwitchTo(context_);
      auto** slots = static_cast<TupleTableSlot**>(palloc(sizeof(TupleTableSlot*) * kRowsPerBatch));
      for (std::size_t i = 0; i < kRowsPerBatch; ++i) slots[i] = table_slot_create(table_, nullptr);
      MemoryContextSwitchTo(caller);
      return slots;
    });
  }

  IndexTarget open_target() {
    const MemoryContext caller = MemoryContextSwitchTo(context_);
    const IndexTarget target = IndexTarget::open(table_, false);
    MemoryContextSwitchTo(caller);
    return target;
  }

  void write_index(const IndexTarget& target, int i, std::span<const std::uint32_t> rows) {
    const Relation index = target.result->ri_IndexRelationDescs[i];
    IndexInfo* const info = target.result->ri_IndexRelationInfo[i];
    const IndexUniqueCheck unique =
        index->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO;
    TupleTableSlot* slot = nullptr;
    ExprState* predicate = nullptr;
    unsigned columns = 0;
    pg::call([&] {
      columns = target.columns_of(i);
      slot = MakeSingleTupleTableSlot(RelationGetDescr(table_), &TTSOpsVirtual);
      if (info->ii_Predicate != NIL) predicate = ExecPrepareQual(info->ii_Predicate, target.estate);
      GetPerTupleExprContext(target.estate)->ecxt_scantuple = slot;
    });
    in_batches(context_, rows, checkpoint_, [&](std::span<const std::uint32_t> batch, std::size_t) {
      for (const std::uint32_t row : batch) {
        fill_(slot, row, columns);
        slot->tts_tid = tids_[row];
        if (predicate != nullptr && !ExecQual(predicate, GetPerTupleExprContext(target.estate))) {
          continue;
        }
        Datum values[INDEX_MAX_KEYS];
        bool nulls[INDEX_MAX_KEYS];
        FormIndexDatum(info, slot, target.estate, values, nulls);
        index_insert(index, values, nulls, &tids_[row], table_, unique, false, info);
      }
    });
    pg::call([&] { ExecDropSingleTupleTableSlot(slot); });
  }

  Relation table_;
  MemoryContext context_;
  Fill fill_;
  core::Checkpoint& checkpoint_;
  std::vector<ItemPointerData> tids_;
};

}  // namespace hartonomous::store
