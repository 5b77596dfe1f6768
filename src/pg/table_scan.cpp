// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/table_scan.hpp"

#include "pg/relation.hpp"

namespace hartonomous::pg {

struct TableScan::Scan {
  MemoryContext memory;
  Relation table;
  Snapshot snapshot;
  TableScanDesc scan;
  TupleTableSlot* slot;
};

TableScan::TableScan(const char* table) {
  const Oid oid = relation_oid("hartonomous", table);
  scan_ = call([&] {
    MemoryContext memory =
        AllocSetContextCreate(CurrentMemoryContext, "table scan", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(memory);
    auto* s = static_cast<Scan*>(palloc0(sizeof(Scan)));
    s->memory = memory;
    s->table = table_open(oid, AccessShareLock);
    s->slot = table_slot_create(s->table, nullptr);
    s->snapshot = RegisterSnapshot(GetLatestSnapshot());
    s->scan = table_beginscan(s->table, s->snapshot, 0, nullptr);
    MemoryContextSwitchTo(caller);
    return s;
  });
}

// Releasing cannot fail, so this is safe while an exception passes.
TableScan::~TableScan() {
  table_endscan(scan_->scan);
  ExecDropSingleTupleTableSlot(scan_->slot);
  UnregisterSnapshot(scan_->snapshot);
  table_close(scan_->table, NoLock);
  MemoryContextDelete(scan_->memory);
}

const Datum* TableScan::next() {
  return call([&]() -> const Datum* {
    if (!table_scan_getnextslot(scan_->scan, ForwardScanDirection, scan_->slot)) return nullptr;
    slot_getallattrs(scan_->slot);
    return scan_->slot->tts_values;
  });
}

}  // namespace hartonomous::pg
