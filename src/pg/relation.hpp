// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// The Oid of a table or index by its qualified name; ERROR 42P01 if there is none.
inline Oid relation_oid(const char* schema, const char* relation) {
  return call([&] {
    RangeVar name{};
    name.type = T_RangeVar;
    name.schemaname = const_cast<char*>(schema);
    name.relname = const_cast<char*>(relation);
    name.relpersistence = RELPERSISTENCE_PERMANENT;
    return RangeVarGetRelid(&name, NoLock, false);
  });
}

// Locks a table until the transaction ends.
inline void lock_table(const char* schema, const char* table, LOCKMODE mode) {
  const Oid oid = relation_oid(schema, table);
  call([&] { LockRelationOid(oid, mode); });
}

}  // namespace hartonomous::pg
