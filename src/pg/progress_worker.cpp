// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The worker's side: keeps the rows of hartonomous.ingestion_job for the jobs of one transaction of
// another backend.
//
// Whose rights. It connects without naming a role (a named one would need LOGIN and a free place
// under its connection limit) and does every statement as the extension's owner, never as the one
// who submitted the job: it runs nothing but the three constant statements below, over our own
// table, with search_path pinned, so there is nothing in it that a submitter could bend; and acting
// as the submitter would need a table that users may write, where they could forge rows. Tenant,
// role and text come through memory that only the extension's own code in the leader writes, after
// it checked the caller. The worker reads no SQL and no job from any table.
//
// Its transactions are one statement long and wait for no lock longer than kLockTimeout; between
// them it sleeps on its latch, and ends at once on SIGTERM. Its commits are not flushed (a crash
// may lose the last half second of a row, which says 'lost' then anyway).
#include "pg/progress_segment.hpp"
#include "pg/identity.hpp"
#include "pg/spi.hpp"

namespace hartonomous::pg {

namespace {

constexpr const char* kLockTimeout = "1s";

struct Tracked {
  std::int64_t job_id = 0;
  std::uint64_t written = 0;
  bool is_closed = false;
  bool is_own = true;  // its row was made here, and is closed here
};

// One transaction as the extension's owner. An exception leaves it open: the worker ends then.
template <class F>
void in_transaction(F&& body) {
  call([] {
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
    pgstat_report_activity(STATE_RUNNING, "keeping hartonomous.ingestion_job");
  });
  {
    const OwnerRights rights;
    Spi spi;
    body(spi);
  }
  call([] {
    PopActiveSnapshot();
    CommitTransactionCommand();
    pgstat_report_activity(STATE_IDLE, nullptr);
  });
}

class Worker {
 public:
  explicit Worker(ProgressSegment& segment) : segment_(segment) {}

  // Returns when the leader's transaction has ended and its rows say how.
  void run() {
    for (;;) {
      // In this order: a leader gives its verdict before it goes.
      const bool is_leader_here = BackendPidGetProc(segment_.leader_pid) == segment_.leader;
      const Verdict verdict = segment_.verdict.load(std::memory_order_acquire);
      accept();
      update();
      if (verdict != Verdict::kOpen) return finish(verdict);
      if (!is_leader_here) return;
      call([] {
        (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
                        kProgressIntervalMs, PG_WAIT_EXTENSION);
        ResetLatch(MyLatch);
        CHECK_FOR_INTERRUPTS();
      });
    }
  }

 private:
  void accept();
  void update();
  void finish(Verdict verdict);
  void close(Spi& spi, std::size_t index, const char* state, const ProgressReason* reason);
  static const char* state_of(const ProgressReason& reason) noexcept;

  ProgressSegment& segment_;
  std::vector<Tracked> jobs_;
};

// A job whose tenant this session cannot see (made in the leader's own open transaction) has no
// row.
void Worker::accept() {
  const std::uint32_t accepted = segment_.accepted.load(std::memory_order_relaxed);
  if (segment_.posted.load(std::memory_order_acquire) == accepted) return;
  const ProgressRequest& request = segment_.request;
  Tracked job{.job_id = request.job_id, .is_own = request.job_id == 0};
  if (job.is_own)
    in_transaction([&](Spi& spi) {
      static Statement insert(
          "INSERT INTO hartonomous.ingestion_job (tenant_id, kind, source, submitted_by, "
          "backend_pid,"
          " backend_start, bytes_total, started_at)"
          " SELECT t.tenant_id, $2, $3, $4::name, $5, $6, $7, $8"
          " FROM hartonomous.tenant t WHERE t.tenant_id = $1 RETURNING job_id");
      const Rows rows = spi.execute(insert, Parameters()
                                                .int8(request.tenant_id)
                                                .text(request.kind)
                                                .text(request.source)
                                                .text(NameStr(request.submitted_by))
                                                .int4(segment_.leader_pid)
                                                .timestamptz(segment_.leader_start)
                                                .int8(request.bytes_total)
                                                .timestamptz(request.started_at));
      if (rows.count() == 1) job.job_id = rows.int8(0, 0);
    });
  job.is_closed = job.job_id == 0;
  jobs_.push_back(job);
  segment_.cells[accepted].job_id.store(job.job_id, std::memory_order_release);
  segment_.accepted.store(accepted + 1, std::memory_order_release);
  SetLatch(&segment_.leader->procLatch);
}

// Writes what changed: as a rule the one job that is at work.
void Worker::update() {
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    Tracked& job = jobs_[i];
    if (job.is_closed) continue;
    const ProgressCell& cell = segment_.cells[i];
    if (cell.outcome.load(std::memory_order_acquire) == Outcome::kFailed) {
      in_transaction([&](Spi& spi) { close(spi, i, state_of(cell.reason), &cell.reason); });
      continue;
    }
    const std::uint64_t done = cell.done.load(std::memory_order_relaxed);
    if (done == job.written) continue;
    in_transaction([&](Spi& spi) {
      static Statement update(
          "UPDATE hartonomous.ingestion_job SET bytes_done = $2, updated_at = clock_timestamp()"
          " WHERE job_id = $1");
      spi.execute(update, Parameters().int8(job.job_id).int8(static_cast<std::int64_t>(done)));
    });
    job.written = done;
  }
}

void Worker::close(Spi& spi, std::size_t index, const char* state, const ProgressReason* reason) {
  static Statement finish(
      "UPDATE hartonomous.ingestion_job SET state = $3, sqlstate = $4,"
      " bytes_done = CASE $3 WHEN 'done' THEN bytes_total ELSE $2 END,"
      " message = $5, updated_at = clock_timestamp(), finished_at = clock_timestamp()"
      " WHERE job_id = $1");
  Tracked& job = jobs_[index];
  job.is_closed = true;
  if (!job.is_own) return;
  const std::uint64_t done = segment_.cells[index].done.load(std::memory_order_relaxed);
  Parameters parameters;
  parameters.int8(job.job_id).int8(static_cast<std::int64_t>(done)).text(state);
  if (reason != nullptr && reason->sqlstate[0] != '\0') {
    parameters.text(reason->sqlstate);
  } else {
    parameters.null(TEXTOID);
  }
  if (reason != nullptr) {
    parameters.text(reason->message);
  } else {
    parameters.null(TEXTOID);
  }
  spi.execute(finish, parameters);
}

void Worker::finish(Verdict verdict) {
  in_transaction([&](Spi& spi) {
    const ProgressReason prepared{
        "", "the transaction is prepared: what it wrote appears with COMMIT PREPARED"};
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (jobs_[i].is_closed) continue;
      switch (verdict) {
        case Verdict::kOpen:
          break;
        case Verdict::kCommitted:
          close(spi, i, "done", nullptr);
          break;
        case Verdict::kPrepared:
          close(spi, i, "done", &prepared);
          break;
        case Verdict::kRolledBack:
          close(spi, i, state_of(segment_.reason), &segment_.reason);
          break;
      }
    }
  });
}

// Somebody's wish (cancel, a time limit, shutdown) or a failure of the job itself.
const char* Worker::state_of(const ProgressReason& reason) noexcept {
  return std::string_view(reason.sqlstate).starts_with("57") ? "cancelled" : "failed";
}

bool is_extension_here() {
  return call([] {
    StartTransactionCommand();
    const Oid extension = get_extension_oid("hartonomous", true);
    CommitTransactionCommand();
    return OidIsValid(extension);
  });
}

void run_worker(dsm_handle handle) {
  ProgressSegment* const segment = call([handle]() -> ProgressSegment* {
    dsm_segment* const mapping = dsm_attach(handle);
    if (mapping == nullptr) return nullptr;  // the leader's transaction is over already
    auto* const found = static_cast<ProgressSegment*>(dsm_segment_address(mapping));
    if (dsm_segment_map_length(mapping) < sizeof *found) return nullptr;
    return found->magic == ProgressSegment::kMagic ? found : nullptr;
  });
  if (segment == nullptr) return;
  call([segment] {
    BackgroundWorkerInitializeConnectionByOid(segment->database, InvalidOid, 0);
    const auto set = [](const char* name, const char* value) {
      SetConfigOption(name, value, PGC_USERSET, PGC_S_OVERRIDE);
    };
    set("synchronous_commit", "off");
    set("lock_timeout", kLockTimeout);
    set("statement_timeout", "0");
    set("default_transaction_isolation", "read committed");
    set("default_transaction_read_only", "off");
    set("default_transaction_deferrable", "off");
    set("application_name", "hartonomous progress");
  });
  segment->worker.store(MyProc, std::memory_order_release);
  if (is_extension_here()) Worker(*segment).run();  // else made in the leader's open transaction
}

}  // namespace
}  // namespace hartonomous::pg

extern "C" PGDLLEXPORT void hartonomous_progress_worker(Datum argument);
void hartonomous_progress_worker(Datum argument) {
  pqsignal(SIGTERM, die);
  BackgroundWorkerUnblockSignals();
  hartonomous::pg::entry([argument] {
    hartonomous::pg::run_worker(DatumGetUInt32(argument));
    return Datum{0};
  });
}
