// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Ingests that are asked for now and done later, by whoever runs them: a queue in
// hartonomous.ingestion_job. docs/internals/jobs.md says how.
#pragma once

#include <cstdint>

#include "pg/transaction.hpp"
#include "store/model_ingest.hpp"

namespace hartonomous::store {

struct QueuedIngest {
  IngestRequest request;  // `source` is the path
  std::int32_t priority;  // greater ones first
  std::int32_t max_attempts;
};

// As the caller, who must be able to ingest it now. Returns the job's id.
std::int64_t enqueue_ingest(const QueuedIngest& ingest);

// Ends a job of the caller's tenants: at once if nobody works on it, else by a cancel that is sent
// when this transaction commits. False if it had ended. 42704 if there is none that the caller
// sees.
bool cancel_ingest(std::int64_t job_id);

// Does up to `limit` jobs, each in several transactions, in the name of the role that asked for it,
// until there is none that can be done now. Returns how many it took on. What ends a job is written
// to its row. A cancel that is not one of the job's ends the run too, and puts the job back, unless
// `goes_on`. REQUIRES: nothing of PostgreSQL held across transactions.
std::int64_t run_ingest_jobs(std::int64_t limit, bool goes_on, pg::Transactions& transactions);

}  // namespace hartonomous::store
