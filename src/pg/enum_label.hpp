// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <string>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// How SQL spells a value of an enum type; empty if there is no such value.
inline std::string enum_label(Datum value) {
  NameData label{};
  call([&] {
    HeapTuple tuple = SearchSysCache1(ENUMOID, value);
    if (!HeapTupleIsValid(tuple)) return;
    label = reinterpret_cast<Form_pg_enum>(GETSTRUCT(tuple))->enumlabel;
    ReleaseSysCache(tuple);
  });
  return NameStr(label);
}

}  // namespace hartonomous::pg
