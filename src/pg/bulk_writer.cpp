// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The order of events in flush() carries all of the safety:
//
//   1. the relation extension lock keeps every other backend from adding blocks;
//   2. the page images are logged and the log is flushed: no page with our transaction id may reach
//      the disk before the log knows that id, or a crash could hand the id out again;
//   3. the pages are written through the storage manager, which queues them for the next fsync;
//   4. a checkpoint may not begin between 2 and 3 (DELAY_CHKPT_START), or its redo point could come
//      to lie after the images and before the pages they would restore;
//   5. only now are index entries made: a reader that follows one finds the page.
#include "pg/bulk_writer.hpp"

#include <algorithm>

#include "pg/versions.hpp"

namespace hartonomous::pg {

namespace {

constexpr int kPagesPerFlush = 128;  // 1 MiB
constexpr int kMaxIndexes = 4;

}  // namespace

struct BulkWriter::Target {
  MemoryContext memory;  // everything below lives here
  Relation table;
  int index_count;
  Relation indexes[kMaxIndexes];
  IndexInfo* index_infos[kMaxIndexes];
  TupleTableSlot* slot;
  EState* executor;
  char* row;       // the tuple being formed, at most a page
  char* pages;     // kPagesPerFlush pages
  int full_pages;  // pages before the one being filled
  bool is_page_open;
  TransactionId xid;
  CommandId command;

  char* page(int i) const { return pages + static_cast<std::size_t>(i) * BLCKSZ; }
};

namespace {

using Target = BulkWriter::Target;

// Calls f(tuple header, offset) for every tuple of a page.
template <class F>
void for_each_tuple(char* page, F f) {
  const OffsetNumber last = PageGetMaxOffsetNumber(page);
  for (OffsetNumber offset = FirstOffsetNumber; offset <= last; ++offset) {
    ItemId item = PageGetItemId(page, offset);
    f(reinterpret_cast<HeapTupleHeader>(PageGetItem(page, item)), ItemIdGetLength(item), offset);
  }
}

// What heap_prepare_insert does to a tuple's header.
void stamp(HeapTupleHeader header, const Target* t) {
  header->t_infomask &= ~HEAP_XACT_MASK;
  header->t_infomask2 &= ~HEAP2_XACT_MASK;
  header->t_infomask |= HEAP_XMAX_INVALID;
  HeapTupleHeaderSetXmin(header, t->xid);
  HeapTupleHeaderSetCmin(header, t->command);
  HeapTupleHeaderSetXmax(header, 0);
}

// Steps 1 to 4 of the order of events. Returns the block number of the first page.
BlockNumber append_pages(Target* t, int count) {
  LockRelationForExtension(t->table, ExclusiveLock);
  const BlockNumber first = RelationGetNumberOfBlocks(t->table);
  if (first + static_cast<BlockNumber>(count) < first) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("table \"%s\" is full", RelationGetRelationName(t->table))));
  }
  for (int i = 0; i < count; ++i) {
    for_each_tuple(t->page(i), [&](HeapTupleHeader header, Size, OffsetNumber offset) {
      ItemPointerSet(&header->t_ctid, first + static_cast<BlockNumber>(i), offset);
    });
  }
  PG_TRY();
  {
    hold_checkpoint_start(true);
    if (RelationNeedsWAL(t->table)) log_pages(t->table, first, count, t->pages);
    for (int i = 0; i < count; ++i) {
      const BlockNumber block = first + static_cast<BlockNumber>(i);
      PageSetChecksumInplace(t->page(i), block);
      smgrextend(RelationGetSmgr(t->table), MAIN_FORKNUM, block, t->page(i), false);
    }
  }
  PG_FINALLY();
  { hold_checkpoint_start(false); }
  PG_END_TRY();
  UnlockRelationForExtension(t->table, ExclusiveLock);
  return first;
}

// Step 5, for the page that now stands at `block`.
void index_page(Target* t, char* page, BlockNumber block) {
  for_each_tuple(page, [&](HeapTupleHeader header, Size length, OffsetNumber offset) {
    HeapTupleData tuple;
    tuple.t_len = static_cast<uint32>(length);
    tuple.t_data = header;
    tuple.t_tableOid = RelationGetRelid(t->table);
    ItemPointerSet(&tuple.t_self, block, offset);
    ExecForceStoreHeapTuple(&tuple, t->slot, false);
    for (int i = 0; i < t->index_count; ++i) {
      Datum values[INDEX_MAX_KEYS];
      bool nulls[INDEX_MAX_KEYS];
      FormIndexDatum(t->index_infos[i], t->slot, t->executor, values, nulls);
      index_insert(t->indexes[i], values, nulls, &tuple.t_self, t->table,
                   t->indexes[i]->rd_index->indisunique ? UNIQUE_CHECK_YES : UNIQUE_CHECK_NO, false,
                   t->index_infos[i]);
    }
    ExecClearTuple(t->slot);
  });
}

void flush(Target* t) {
  const int count = t->full_pages + (t->is_page_open ? 1 : 0);
  if (count == 0) return;
  const BlockNumber first = append_pages(t, count);
  std::int64_t rows = 0;
  for (int i = 0; i < count; ++i) {
    index_page(t, t->page(i), first + static_cast<BlockNumber>(i));
    rows += PageGetMaxOffsetNumber(t->page(i));
  }
  pgstat_count_heap_insert(t->table, rows);
  t->full_pages = 0;
  t->is_page_open = false;
}

// Forms the tuple in t->row, as heap_form_tuple does, but without an allocation a row. Returns its
// length.
Size form_tuple(Target* t, const Datum* values, const bool* nulls) {
  static const bool no_nulls[MaxHeapAttributeNumber] = {};
  TupleDesc shape = RelationGetDescr(t->table);
  const bool has_nulls =
      nulls != nullptr && std::find(nulls, nulls + shape->natts, true) != nulls + shape->natts;
  auto* is_null = const_cast<bool*>(has_nulls ? nulls : no_nulls);
  const Size bitmap_length = has_nulls ? static_cast<Size>(BITMAPLEN(shape->natts)) : 0;
  const Size header_length = MAXALIGN(SizeofHeapTupleHeader + bitmap_length);
  const Size data_length = heap_compute_data_size(shape, const_cast<Datum*>(values), is_null);
  if (MAXALIGN(header_length + data_length) > MaxHeapTupleSize) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("row of %zu bytes does not fit a page", header_length + data_length)));
  }
  std::memset(t->row, 0, header_length + data_length);
  auto* header = reinterpret_cast<HeapTupleHeader>(t->row);
  HeapTupleHeaderSetNatts(header, shape->natts);
  header->t_hoff = static_cast<uint8>(header_length);
  heap_fill_tuple(shape, const_cast<Datum*>(values), is_null, t->row + header_length, data_length,
                  &header->t_infomask, has_nulls ? header->t_bits : nullptr);
  stamp(header, t);
  return header_length + data_length;
}

void add_row(Target* t, const Datum* values, const bool* nulls) {
  const Size length = form_tuple(t, values, nulls);
  if (t->is_page_open && PageGetHeapFreeSpace(t->page(t->full_pages)) < MAXALIGN(length)) {
    t->is_page_open = false;
    if (++t->full_pages == kPagesPerFlush) flush(t);
  }
  if (!t->is_page_open) PageInit(t->page(t->full_pages), BLCKSZ, 0);
  t->is_page_open = true;
  PageAddItem(t->page(t->full_pages), t->row, length, InvalidOffsetNumber, false, true);
}

}  // namespace

BulkWriter::BulkWriter(Oid table) {
  target_ = call([&] {
    MemoryContext memory =
        AllocSetContextCreate(CurrentMemoryContext, "bulk writer", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(memory);
    auto* t = static_cast<Target*>(palloc0(sizeof(Target)));
    t->memory = memory;
    t->row = static_cast<char*>(palloc(BLCKSZ));
    t->table = table_open(table, RowExclusiveLock);
    List* indexes = RelationGetIndexList(t->table);
    ListCell* cell;
    foreach (cell, indexes) {
      if (t->index_count == kMaxIndexes) elog(ERROR, "too many indexes for a bulk writer");
      Relation index = index_open(lfirst_oid(cell), RowExclusiveLock);
      t->index_infos[t->index_count] = BuildIndexInfo(index);
      t->indexes[t->index_count++] = index;
    }
    t->executor = CreateExecutorState();
    t->slot = MakeSingleTupleTableSlot(RelationGetDescr(t->table), &TTSOpsHeapTuple);
    char* raw = static_cast<char*>(palloc(static_cast<Size>(kPagesPerFlush + 1) * BLCKSZ));
    t->pages = reinterpret_cast<char*>(TYPEALIGN(BLCKSZ, raw));  // as direct I/O would want it
    t->xid = GetCurrentTransactionId();
    t->command = GetCurrentCommandId(true);
    MemoryContextSwitchTo(caller);
    return t;
  });
}

void BulkWriter::add(const Datum* values, const bool* nulls) {
  call([&] { add_row(target_, values, nulls); });
}

void BulkWriter::finish() {
  call([&] {
    Target* t = target_;
    flush(t);
    ExecDropSingleTupleTableSlot(t->slot);
    FreeExecutorState(t->executor);
    for (int i = 0; i < t->index_count; ++i) index_close(t->indexes[i], NoLock);
    table_close(t->table, NoLock);
    MemoryContextDelete(t->memory);
  });
  target_ = nullptr;
}

}  // namespace hartonomous::pg
