// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A job is one row, and whoever works on it is named there: process number and starting time, which
// together name one process for ever. It is a lease without a term: as long as that process lives,
// nobody else takes the job, and when it is gone anybody may. No clock has to be believed.
#include "store/ingest_jobs.hpp"

#include <algorithm>
#include <optional>

#include "pg/backend.hpp"
#include "pg/caught.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/settings.hpp"
#include "pg/spi.hpp"
#include "store/content_stager.hpp"
#include "store/model_catalog.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

constexpr std::uint64_t kChunk = 64 << 20;  // bytes that a crash may undo
constexpr unsigned kPasses = 3;             // over the input: to plan, to stage, to finish

struct Job {
  std::int64_t job_id;
  std::string submitted_by;
  IngestRequest request;
};

// How an attempt ended early.
struct Ending : pg::Caught {
  bool is_over_quota = false;
};

// What may be otherwise next time: conflicts, resources, locks, input and output, connections.
bool is_transient(std::string_view sqlstate) {
  constexpr std::string_view kClasses[] = {"08", "40", "53", "55", "57", "58"};
  return std::ranges::find(kClasses, sqlstate.substr(0, 2)) != std::end(kClasses);
}

void drop_staged(std::int64_t job_id) {
  static pg::Statement drop("DELETE FROM hartonomous.ingestion_block WHERE job_id = $1");
  pg::Spi().execute(drop, Parameters().int8(job_id));
}

// Jobs whose process ended under them as often as they may be tried.
void give_up_lost() {
  static pg::Statement give_up(
      "UPDATE hartonomous.ingestion_job SET state = 'failed', sqlstate = '58000', "
      "message = 'the server process ended in each of ' || attempts || ' attempts', "
      "updated_at = clock_timestamp(), finished_at = clock_timestamp() "
      "WHERE job_id IN (SELECT job_id FROM hartonomous.ingestion_job WHERE model IS NOT NULL "
      "AND state = 'running' AND attempts >= max_attempts "
      "AND NOT hartonomous.is_backend_running(backend_pid, backend_start) "
      "FOR UPDATE SKIP LOCKED) RETURNING job_id");
  pg::Spi spi;
  const pg::Rows lost = spi.execute(give_up);
  for (std::size_t i = 0; i < lost.count(); ++i) drop_staged(lost.int8(i, 0));
}

// Takes the first job that can be done now.
std::optional<Job> claim() {
  static pg::Statement take(
      "UPDATE hartonomous.ingestion_job j SET state = 'running', backend_pid = $1, "
      "backend_start = $2, attempts = attempts + 1, bytes_done = 0, sqlstate = NULL, message = "
      "NULL, "
      "started_at = clock_timestamp(), updated_at = clock_timestamp() "
      "WHERE job_id = (SELECT q.job_id FROM hartonomous.ingestion_job q "
      "LEFT JOIN hartonomous.tenant_usage u USING (tenant_id) WHERE q.model IS NOT NULL AND ("
      "q.state = 'queued' OR q.state = 'waiting for quota' AND (u.byte_quota IS NULL "
      "OR u.bytes_used + q.bytes_total <= u.byte_quota) OR q.state = 'running' "
      "AND NOT hartonomous.is_backend_running(q.backend_pid, q.backend_start)) "
      "ORDER BY q.priority DESC, q.job_id LIMIT 1 FOR UPDATE OF q SKIP LOCKED) "
      "RETURNING job_id, submitted_by::text, source, model, ref, coalesce(base, ''), "
      "(SELECT name FROM hartonomous.tenant t WHERE t.tenant_id = j.tenant_id), "
      "coalesce(version_message, ''), keeps_archives");
  const pg::OwnerRights rights;
  give_up_lost();
  pg::Spi spi;
  const pg::Rows rows =
      spi.execute(take, Parameters().int4(pg::own_pid()).timestamptz(pg::own_start()));
  if (rows.count() == 0) return std::nullopt;
  const auto text = [&](int column) { return std::string(rows.text(0, column)); };
  return Job{rows.int8(0, 0),
             text(1),
             {.name = text(3),
              .ref = text(4),
              .base = text(5),
              .tenant = text(6),
              .message = text(7),
              .source = text(2),
              .keeps_archives = rows.boolean(0, 8)}};
}

void note_bytes(std::int64_t job_id, std::uint64_t total, std::uint64_t done) {
  static pg::Statement note(
      "UPDATE hartonomous.ingestion_job SET bytes_total = $2, bytes_done = $3, "
      "updated_at = clock_timestamp() WHERE job_id = $1");
  pg::Spi().execute(note, Parameters()
                              .int8(job_id)
                              .int8(static_cast<std::int64_t>(total))
                              .int8(static_cast<std::int64_t>(done)));
}

void note_staged(std::int64_t job_id, std::span<const std::int64_t> blocks) {
  static pg::Statement note(
      "INSERT INTO hartonomous.ingestion_block (job_id, block_id) SELECT $1, b "
      "FROM unnest($2::int8[]) AS b ON CONFLICT DO NOTHING");
  pg::Spi().execute(note, Parameters().int8(job_id).int8s(blocks));
}

void note_done(std::int64_t job_id, std::int64_t version_id) {
  static pg::Statement note(
      "UPDATE hartonomous.ingestion_job SET state = 'done', bytes_done = bytes_total, "
      "version_id = $2, updated_at = clock_timestamp(), finished_at = clock_timestamp() "
      "WHERE job_id = $1");
  drop_staged(job_id);
  pg::Spi().execute(note, Parameters().int8(job_id).int8(version_id));
}

// As the one who asked for it.
void open(const Job& job, std::optional<ModelIngest>& ingest) {
  const pg::ActingAs submitter(job.submitted_by);
  const std::int64_t tenant_id = tenant_of(job.request);
  const auto in_its_row = [&](std::string_view, std::uint64_t bytes) {
    return std::make_unique<pg::JobProgress>(job.job_id, bytes, 1, 0);
  };
  ingest.emplace(obtain_upload(job.request, in_its_row), job.request, tenant_id);
}

void stage(const Job& job, const ModelIngest& ingest, pg::Transactions& transactions) {
  ContentStager stager(ingest.files());
  for (std::uint64_t done = ingest.bytes();;) {
    ContentStager::Step step;
    {
      const pg::OwnerRights rights;
      pg::PollCheckpoint checkpoint;
      const std::vector<std::int64_t> parents = ingest.parents();
      step = stager.step(kChunk, {static_cast<Compression>(pg::settings.compression), parents},
                         checkpoint);
      done += step.bytes;
      note_staged(job.job_id, step.new_blocks);
      note_bytes(job.job_id, ingest.bytes(), done / kPasses);
    }
    transactions.commit();
    if (step.is_last) return;
  }
}

void attempt(const Job& job, pg::Transactions& transactions) {
  std::optional<ModelIngest> ingest;
  open(job, ingest);
  {
    const pg::OwnerRights rights;
    note_bytes(job.job_id, ingest->bytes(), 0);
  }
  transactions.commit();
  ingest->require_quota();
  {
    pg::JobProgress progress(job.job_id, ingest->bytes(), kPasses, 0);
    const pg::OwnerRights rights;
    ingest->plan(progress);
  }
  transactions.commit();
  stage(job, *ingest, transactions);
  {
    pg::JobProgress progress(job.job_id, ingest->bytes(), kPasses, 2);
    const pg::OwnerRights rights;
    note_done(job.job_id, ingest->finish(progress));
  }
  transactions.commit();
}

// A cancel that was meant for the job before may come as late as here.
std::optional<Job> claim_next(bool goes_on, pg::Transactions& transactions) {
  for (;;) {
    try {
      std::optional<Job> job = claim();
      transactions.commit();
      return job;
    } catch (const pg::Error& e) {
      if (!goes_on || !pg::caught(e).is_cancel()) throw;
    }
    transactions.roll_back();
  }
}

// Nothing if it was done.
std::optional<Ending> try_attempt(const Job& job, pg::Transactions& transactions) {
  std::optional<Ending> ending;
  try {
    attempt(job, transactions);
    return std::nullopt;
  } catch (const pg::Error& e) {
    ending = Ending{pg::caught(e)};
  } catch (const pg::Failure& e) {
    ending = Ending{pg::caught(e), e.status().code() == Code::kQuotaExceeded};
  } catch (const std::bad_alloc&) {
    ending = Ending{{"53200", "out of memory"}};
  }
  transactions.roll_back();
  return ending;
}

// Writes to the job's row how an attempt ended. True if the job was cancelled by name.
bool note_ending(const Job& job, const Ending& ending) {
  static pg::Statement note(
      "UPDATE hartonomous.ingestion_job SET state = CASE WHEN is_cancelled THEN 'cancelled' "
      "WHEN $4 THEN 'waiting for quota' WHEN $5 THEN 'queued' "
      "WHEN $6 AND attempts < max_attempts THEN 'queued' ELSE 'failed' END, "
      "attempts = attempts - CASE WHEN $4 OR $5 THEN 1 ELSE 0 END, "
      "sqlstate = $2, message = $3, updated_at = clock_timestamp(), finished_at = "
      "CASE WHEN is_cancelled OR NOT ($4 OR $5 OR $6 AND attempts < max_attempts) "
      "THEN clock_timestamp() END WHERE job_id = $1 RETURNING is_cancelled, finished_at IS NOT "
      "NULL");
  const pg::OwnerRights rights;
  pg::Spi spi;
  const pg::Rows rows = spi.execute(note, Parameters()
                                              .int8(job.job_id)
                                              .text(ending.sqlstate)
                                              .text(ending.message)
                                              .boolean(ending.is_over_quota)
                                              .boolean(ending.is_cancel())
                                              .boolean(is_transient(ending.sqlstate)));
  if (rows.count() == 0) return false;  // its tenant was dropped
  if (rows.boolean(0, 1)) drop_staged(job.job_id);
  return rows.boolean(0, 0);
}

}  // namespace

std::int64_t enqueue_ingest(const QueuedIngest& ingest) {
  static pg::Statement add(
      "INSERT INTO hartonomous.ingestion_job (tenant_id, kind, source, submitted_by, state, "
      "bytes_total, model, ref, base, version_message, keeps_archives, priority, max_attempts) "
      "VALUES ($1, 'ingest_model', $2, $3::name, 'queued', 0, $4, $5, nullif($6, ''), nullif($7, "
      "''), "
      "$8, $9, $10) RETURNING job_id");
  const IngestRequest& request = ingest.request;
  if (ingest.max_attempts < 1) {
    pg::raise({Code::kInvalidArgument, "max_attempts must be positive"});
  }
  const std::int64_t tenant_id = tenant_of(request);
  require_source(request.source);
  if (!request.base.empty()) (void)find_version(request.base);
  const std::string user = pg::current_user_name();
  const pg::OwnerRights rights;
  pg::Spi spi;
  return spi
      .execute(add, Parameters()
                        .int8(tenant_id)
                        .text(request.source)
                        .text(user)
                        .text(request.name)
                        .text(request.ref)
                        .text(request.base)
                        .text(request.message)
                        .boolean(request.keeps_archives)
                        .int4(ingest.priority)
                        .int4(ingest.max_attempts))
      .int8(0, 0);
}

bool cancel_ingest(std::int64_t job_id) {
  static pg::Statement find(
      "SELECT FROM hartonomous.ingestion_job WHERE job_id = $1 AND model IS NOT NULL");
  static pg::Statement cancel(
      "UPDATE hartonomous.ingestion_job SET is_cancelled = true, state = CASE WHEN state = "
      "'running' "
      "AND hartonomous.is_backend_running(backend_pid, backend_start) THEN state ELSE 'cancelled' "
      "END, "
      "finished_at = CASE WHEN state = 'running' "
      "AND hartonomous.is_backend_running(backend_pid, backend_start) THEN NULL "
      "ELSE clock_timestamp() END, updated_at = clock_timestamp() "
      "WHERE job_id = $1 AND state IN ('queued', 'waiting for quota', 'running') "
      "RETURNING state = 'running', coalesce(backend_pid, 0)");
  if (pg::Spi().query(find, Parameters().int8(job_id)).count() == 0) {
    pg::raise({Code::kNotFound, "there is no queued ingest " + std::to_string(job_id)});
  }
  const pg::OwnerRights rights;
  pg::Spi spi;
  const pg::Rows rows = spi.execute(cancel, Parameters().int8(job_id));
  if (rows.count() == 0) return false;
  if (rows.boolean(0, 0)) {
    pg::cancel_at_commit(rows.int4(0, 1));
  } else {
    drop_staged(job_id);
  }
  return true;
}

std::int64_t run_ingest_jobs(std::int64_t limit, bool goes_on, pg::Transactions& transactions) {
  transactions.commit();
  std::int64_t taken = 0;
  for (; taken < limit; ++taken) {
    const std::optional<Job> job = claim_next(goes_on, transactions);
    if (!job) break;
    const std::optional<Ending> ending = try_attempt(*job, transactions);
    if (!ending) continue;
    const bool was_meant = note_ending(*job, *ending);
    transactions.commit();
    if (ending->is_cancel() && !was_meant && !goes_on) {
      pg::raise_cancelled("The job that was at work is queued again.");
    }
  }
  return taken;
}

}  // namespace hartonomous::store
