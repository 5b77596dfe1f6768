// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Appends rows to an ordinary heap table of ours at about the cost of writing the bytes twice (WAL
// and heap). Heap pages are built in private memory, logged as full-page images, and then added to
// the end of the relation, 1 MiB at a time; index entries follow. The rows are ordinary rows of the
// current transaction: MVCC, crash recovery, replicas, VACUUM and pg_dump see nothing special.
//
// For tables of this extension only: no triggers, no generated columns, no TOAST (a row must fit a
// page). Row security and foreign keys are not asked: the caller has checked privileges, and writes
// only keys that exist. Destroying a writer without finish() is only legal while an error unwinds;
// the transaction then aborts.
//
// Source of the method: src/backend/access/transam/xloginsert.c (log_newpages) as index builds use
// it; why it is safe on a live relation is argued in docs/internals/storage.md.
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

class BulkWriter {
 public:
  // Opens the table and its indexes. REQUIRES: an open transaction.
  explicit BulkWriter(Oid table);
  ~BulkWriter() = default;
  BulkWriter(const BulkWriter&) = delete;
  BulkWriter& operator=(const BulkWriter&) = delete;

  // Adds one row: a value for each column, NULL where `nulls` says so (none without it). Copies
  // what they point to.
  void add(const Datum* values, const bool* nulls = nullptr);
  // Writes what is pending and closes the table. Call once.
  void finish();

  struct Target;  // plain memory in a context of its own, so that an ERROR may abandon it

 private:
  Target* target_;
};

}  // namespace hartonomous::pg
