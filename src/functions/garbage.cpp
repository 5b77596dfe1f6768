// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/80_garbage: what nothing refers to any more.
#include "pg/result_set.hpp"
#include "pg/transaction.hpp"
#include "store/garbage.hpp"
#include "store/retention.hpp"

using namespace hartonomous;

HARTONOMOUS_FUNCTION(hartonomous_collect_garbage) {
  const store::Collected collected = store::collect_garbage(pg::Arguments(fcinfo).text(0));
  const std::optional<Datum> row[] = {Int64GetDatum(collected.blocks),
                                      Int64GetDatum(collected.bytes),
                                      Int64GetDatum(collected.atoms)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_sweep_garbage) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "batch_size");
  const store::Collected collected =
      store::sweep_blocks(arguments.int4(0), [fcinfo] { pg::commit_in_procedure(fcinfo); });
  const std::optional<Datum> row[] = {Int64GetDatum(collected.blocks),
                                      Int64GetDatum(collected.bytes)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_unreferenced_content) {
  pg::ResultSet out(fcinfo);
  for (const store::Unreferenced& kind : store::unreferenced()) {
    out.row(pg::text_datum(kind.kind), Int64GetDatum(kind.objects), Int64GetDatum(kind.bytes));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_set_retention) {
  const pg::Arguments arguments(fcinfo);
  const std::optional<std::int32_t> days =
      arguments.is_null(0) ? std::nullopt : std::optional(arguments.int4(0));
  if (arguments.is_null(1)) {
    store::set_tenant_retention(arguments.text_or(2, ""), days);
  } else {
    store::set_model_retention(arguments.text(1), days);
  }
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_prune_versions) {
  const store::Pruned pruned = store::prune_versions();
  const std::optional<Datum> row[] = {Int64GetDatum(pruned.history),
                                      Int64GetDatum(pruned.versions)};
  return pg::record_datum(fcinfo, row);
}
