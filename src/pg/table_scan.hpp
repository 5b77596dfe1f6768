// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Every row of a table of ours, in heap order, without the executor: committed now, or this
// transaction's own. The caller has checked privileges and row security. Not thread-safe.
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

class TableScan {
 public:
  explicit TableScan(const char* table);  // within the schema hartonomous
  ~TableScan();
  TableScan(const TableScan&) = delete;
  TableScan& operator=(const TableScan&) = delete;

  // The columns of the next row, which must not be NULL; null after the last. Valid until then.
  const Datum* next();

 private:
  struct Scan;
  Scan* scan_;
};

}  // namespace hartonomous::pg
