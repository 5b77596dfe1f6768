// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/ordered_insert.hpp"

namespace hartonomous::store {

IndexTarget IndexTarget::open(Relation table, bool speculative) {
  IndexTarget target{};
  target.estate = CreateExecutorState();
  target.result = makeNode(ResultRelInfo);
  InitResultRelInfo(target.result, table, 1, nullptr, 0);
  ExecOpenIndices(target.result, speculative);
  return target;
}

void IndexTarget::close() const {
  ExecCloseIndices(result);
  FreeExecutorState(estate);
}

unsigned IndexTarget::columns_of(int i) const {
  const IndexInfo* info = result->ri_IndexRelationInfo[i];
  if (info->ii_Expressions != NIL || info->ii_Predicate != NIL) return ~0U;
  unsigned columns = 0;
  for (int key = 0; key < info->ii_NumIndexAttrs; ++key) {
    columns |= 1U << (info->ii_IndexAttrNumbers[key] - 1);
  }
  return columns;
}

}  // namespace hartonomous::store
