// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/index_probe.hpp"

extern "C" {
#include "catalog/pg_am_d.h"
}
#include "pg/relation.hpp"

namespace hartonomous::pg {

struct IndexProbe::Scan {
  MemoryContext memory;
  Relation table;
  Relation index;
  Snapshot registered;  // to be given back, or null
  IndexScanDesc scan;
  TupleTableSlot* slot;
  ScanKeyData keys[INDEX_MAX_KEYS];  // ready but for their arguments and number
};

namespace {

RegProcedure equality_of(Oid type) {
  switch (type) {
    case INT8OID:
      return F_INT8EQ;
    case INT4OID:
      return F_INT4EQ;
    case INT2OID:
      return F_INT2EQ;
    case TEXTOID:
      return F_TEXTEQ;
    default:
      elog(ERROR, "an index probe has no equality for type %u", type);
  }
}

void prepare_keys(Relation table, Relation index, ScanKeyData* keys) {
  const bool is_hash = index->rd_rel->relam == HASH_AM_OID;
  const StrategyNumber equal = is_hash ? HTEqualStrategyNumber : BTEqualStrategyNumber;
  for (int i = 0; i < IndexRelationGetNumberOfKeyAttributes(index); ++i) {
    const AttrNumber column = index->rd_index->indkey.values[i];
    const Oid type = TupleDescAttr(RelationGetDescr(table), column - 1)->atttypid;
    ScanKeyEntryInitialize(&keys[i], 0, static_cast<AttrNumber>(i + 1), equal, InvalidOid,
                           index->rd_indcollation[i], equality_of(type), 0);
  }
}

}  // namespace

IndexProbe::IndexProbe(const char* table, const char* index, Sees sees) {
  const Oid table_oid = relation_oid("hartonomous", table);
  const Oid index_oid = relation_oid("hartonomous", index);
  scan_ = call([&] {
    MemoryContext memory =
        AllocSetContextCreate(CurrentMemoryContext, "index probe", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(memory);
    auto* s = static_cast<Scan*>(palloc0(sizeof(Scan)));
    s->memory = memory;
    s->table = table_open(table_oid, AccessShareLock);
    s->index = index_open(index_oid, AccessShareLock);
    s->slot = table_slot_create(s->table, nullptr);
    prepare_keys(s->table, s->index, s->keys);
    if (sees == Sees::kLatest) s->registered = RegisterSnapshot(GetLatestSnapshot());
    s->scan = index_beginscan(s->table, s->index,
                              s->registered != nullptr ? s->registered : GetActiveSnapshot(),
                              IndexRelationGetNumberOfKeyAttributes(s->index), 0);
    MemoryContextSwitchTo(caller);
    return s;
  });
}

// Releasing cannot fail, so this is safe while an exception passes.
IndexProbe::~IndexProbe() {
  index_endscan(scan_->scan);
  ExecDropSingleTupleTableSlot(scan_->slot);
  if (scan_->registered != nullptr) UnregisterSnapshot(scan_->registered);
  index_close(scan_->index, NoLock);
  table_close(scan_->table, NoLock);
  MemoryContextDelete(scan_->memory);
}

void IndexProbe::find(std::initializer_list<Datum> keys) {
  call([&] {
    int count = 0;
    for (const Datum key : keys) scan_->keys[count++].sk_argument = key;
    scan_->scan->numberOfKeys = count;
    MemoryContext caller = MemoryContextSwitchTo(scan_->memory);
    index_rescan(scan_->scan, scan_->keys, count, nullptr, 0);
    MemoryContextSwitchTo(caller);
  });
}

bool IndexProbe::next() {
  return call([&] {
    MemoryContext caller = MemoryContextSwitchTo(scan_->memory);
    const bool found = index_getnext_slot(scan_->scan, ForwardScanDirection, scan_->slot);
    MemoryContextSwitchTo(caller);
    return found;
  });
}

Datum IndexProbe::value(int column) const {
  return call([&] {
    bool is_null;
    return slot_getattr(scan_->slot, column + 1, &is_null);
  });
}

}  // namespace hartonomous::pg
