// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/80_garbage: what nothing refers to any more.
#include "pg/result_set.hpp"
#include "store/garbage.hpp"

using namespace hartonomous;

HARTONOMOUS_FUNCTION(hartonomous_collect_garbage) {
  const store::Collected collected = store::collect_garbage(pg::Arguments(fcinfo).text(0));
  const std::optional<Datum> row[] = {Int64GetDatum(collected.blocks),
                                      Int64GetDatum(collected.bytes),
                                      Int64GetDatum(collected.atoms)};
  return pg::record_datum(fcinfo, row);
}
