// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/52_ingest_job: ingests that are asked for now and done later.
#include "functions/ingest_options.hpp"
#include "pg/background_worker.hpp"
#include "pg/result_set.hpp"
#include "store/ingest_jobs.hpp"

using namespace hartonomous;

namespace {

constexpr const char* kWorker = "hartonomous ingest";
constexpr long kIdleMs = 1000;

// Runs the queue dry; and, if it is to stay, looks for more until it is ended.
void work(bool stays) {
  pg::WorkerTransactions transactions;
  for (;;) {
    const std::int64_t taken = store::run_ingest_jobs(INT64_MAX, true, transactions);
    if (!stays) return;
    if (taken == 0) pg::sleep_for(kIdleMs);
  }
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_enqueue_ingest) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "path");
  arguments.require(5, "priority");
  arguments.require(6, "max_attempts");
  return Int64GetDatum(store::enqueue_ingest(
      {functions::ingest_request(arguments, 1, std::string(arguments.text(0))), arguments.int4(5),
       arguments.int4(6)}));
}

HARTONOMOUS_FUNCTION(hartonomous_cancel_ingest) {
  return BoolGetDatum(store::cancel_ingest(pg::Arguments(fcinfo).int8(0)));
}

HARTONOMOUS_FUNCTION(hartonomous_run_ingest_jobs) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "most");
  pg::ProcedureTransactions transactions(fcinfo);
  const std::int64_t taken = store::run_ingest_jobs(arguments.int4(0), false, transactions);
  const std::optional<Datum> row[] = {Int64GetDatum(taken)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_start_ingest_worker) {
  const pg::Arguments arguments(fcinfo);
  return Int32GetDatum(pg::start_background_worker("hartonomous_ingest_worker", kWorker,
                                                   BoolGetDatum(arguments.boolean(0))));
}

extern "C" PGDLLEXPORT void hartonomous_ingest_worker(Datum argument);
void hartonomous_ingest_worker(Datum argument) {
  pg::entry([argument] {
    if (pg::begin_background_worker(kWorker)) work(DatumGetBool(argument));
    return Datum{0};
  });
}
