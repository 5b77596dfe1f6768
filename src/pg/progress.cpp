// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The leader's side. The first job of a transaction that lasts long enough makes a segment and
// starts a worker; both serve all further jobs of the transaction. What became of the jobs is known
// only when the transaction ends, so callbacks of the transaction, not destructors, tell the
// worker.
#include "pg/progress.hpp"

#include "pg/boundary.hpp"
#include "pg/identity.hpp"
#include "pg/progress_segment.hpp"
#include "pg/settings.hpp"

namespace hartonomous::pg {

namespace {

constexpr long kMaxWaitMs = 2000;

// What the leader remembers of a job that it posted.
struct Job {
  enum class State : std::uint8_t { kOpen, kFinished, kThrew, kToldFailed };
  SubTransactionId subtransaction;
  State state = State::kOpen;
};

struct Leader {
  std::uint64_t transaction = 0;  // counts, so that a late JobProgress cannot take another's cell
  bool is_unavailable = false;    // no worker could be had; do not try again in this transaction
  dsm_segment* mapping = nullptr;
  ProgressSegment* segment = nullptr;
  BackgroundWorkerHandle* worker = nullptr;  // in TopTransactionContext
  std::vector<Job> jobs;                     // capacity reserved: callbacks must not allocate
};

Leader leader;

void wake_worker() noexcept {
  if (PGPROC* const worker = leader.segment->worker.load(std::memory_order_acquire)) {
    SetLatch(&worker->procLatch);
  }
}

template <std::size_t N>
void copy_clipped(char (&to)[N], std::string_view from) noexcept {
  const auto length = static_cast<std::size_t>(
      pg_mbcliplen(from.data(), static_cast<int>(std::min<std::size_t>(from.size(), 1u << 16)),
                   static_cast<int>(N) - 1));
  std::memcpy(to, from.data(), length);
  to[length] = '\0';
}

void explain(ProgressReason& reason, int sqlstate, std::string_view message) noexcept {
  for (int i = 0; i < 5; ++i) {
    reason.sqlstate[i] = static_cast<char>(PGUNSIXBIT(sqlstate));
    sqlstate >>= 6;
  }
  reason.sqlstate[5] = '\0';
  copy_clipped(reason.message, message);
}

void explain_exit(ProgressReason& reason) noexcept {
  explain(reason, ERRCODE_ADMIN_SHUTDOWN, "the session ended");
}

// The job failed for the reason that last left entry().
void tell_failed(std::size_t index) noexcept {
  leader.jobs[index].state = Job::State::kToldFailed;
  ProgressCell& cell = leader.segment->cells[index];
  const detail::Report& last = detail::last_report();
  if (proc_exit_inprogress) {
    explain_exit(cell.reason);
  } else {
    explain(cell.reason, last.sqlstate, last.message);
  }
  cell.outcome.store(Outcome::kFailed, std::memory_order_release);
}

bool has_failed(const Job& job) noexcept {
  return job.state == Job::State::kThrew || job.state == Job::State::kOpen;
}

// Nobody can work under a subtransaction that aborts, so a job that is still open was jumped over.
void subtransaction_ended(SubXactEvent event, SubTransactionId id, SubTransactionId parent,
                          void*) noexcept {
  if (leader.segment == nullptr) return;
  for (std::size_t i = 0; i < leader.jobs.size(); ++i) {
    Job& job = leader.jobs[i];
    if (job.subtransaction != id || job.state == Job::State::kToldFailed) continue;
    if (event == SUBXACT_EVENT_COMMIT_SUB) job.subtransaction = parent;
    if (event != SUBXACT_EVENT_ABORT_SUB) continue;
    if (has_failed(job)) {
      tell_failed(i);
    } else {
      ProgressCell& cell = leader.segment->cells[i];
      job.state = Job::State::kToldFailed;
      explain(cell.reason, ERRCODE_TRANSACTION_ROLLBACK, "rolled back to a savepoint");
      cell.outcome.store(Outcome::kFailed, std::memory_order_release);
    }
  }
  wake_worker();
}

void end_transaction(Verdict verdict) noexcept {
  ProgressSegment& segment = *leader.segment;
  for (std::size_t i = 0; i < leader.jobs.size(); ++i) {
    if (has_failed(leader.jobs[i])) tell_failed(i);
  }
  if (proc_exit_inprogress) {
    explain_exit(segment.reason);
  } else {
    explain(segment.reason, ERRCODE_TRANSACTION_ROLLBACK, "the transaction was rolled back");
  }
  segment.verdict.store(verdict, std::memory_order_release);
  wake_worker();
  dsm_detach(leader.mapping);
  leader.mapping = nullptr;
  leader.segment = nullptr;
  leader.worker = nullptr;
  leader.jobs.clear();
}

void transaction_ended(XactEvent event, void*) noexcept {
  Verdict verdict;
  switch (event) {
    case XACT_EVENT_COMMIT:
      verdict = Verdict::kCommitted;
      break;
    case XACT_EVENT_ABORT:
      verdict = Verdict::kRolledBack;
      break;
    case XACT_EVENT_PREPARE:
      verdict = Verdict::kPrepared;
      break;
    default:
      return;
  }
  if (leader.segment != nullptr) end_transaction(verdict);
  leader.is_unavailable = false;
  ++leader.transaction;
}

void register_callbacks() {
  static bool is_registered = false;
  if (is_registered) return;
  call([] {
    RegisterXactCallback(transaction_ended, nullptr);
    RegisterSubXactCallback(subtransaction_ended, nullptr);
  });
  is_registered = true;
}

// Trivial locals only: runs under call().
BackgroundWorkerHandle* start_worker(dsm_handle segment) {
  BackgroundWorker worker;
  std::memset(&worker, 0, sizeof worker);
  worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
  worker.bgw_restart_time = BGW_NEVER_RESTART;
  worker.bgw_main_arg = UInt32GetDatum(segment);
  worker.bgw_notify_pid = MyProcPid;
  strlcpy(worker.bgw_library_name, "$libdir/hartonomous", BGW_MAXLEN);
  strlcpy(worker.bgw_function_name, "hartonomous_progress_worker", BGW_MAXLEN);
  strlcpy(worker.bgw_type, "hartonomous progress", BGW_MAXLEN);
  pg_snprintf(worker.bgw_name, BGW_MAXLEN, "hartonomous progress of %d", MyProcPid);
  const MemoryContext caller = MemoryContextSwitchTo(TopTransactionContext);
  BackgroundWorkerHandle* handle = nullptr;
  if (!RegisterDynamicBackgroundWorker(&worker, &handle)) handle = nullptr;
  MemoryContextSwitchTo(caller);
  return handle;
}

void start_leader() {
  register_callbacks();
  leader.jobs.reserve(ProgressSegment::kMaxJobs);
  call([] {
    dsm_segment* const mapping =
        dsm_create(sizeof(ProgressSegment), DSM_CREATE_NULL_IF_MAXSEGMENTS);
    if (mapping == nullptr) {
      leader.is_unavailable = true;
      return;
    }
    dsm_pin_mapping(mapping);  // until end_transaction(), not until the statement ends
    auto* const segment = new (dsm_segment_address(mapping)) ProgressSegment;
    segment->database = MyDatabaseId;
    segment->leader_pid = MyProcPid;
    segment->leader_start = MyStartTimestamp;
    segment->leader = MyProc;
    leader.worker = start_worker(dsm_segment_handle(mapping));
    if (leader.worker == nullptr) {
      leader.is_unavailable = true;
      dsm_detach(mapping);
      return;
    }
    leader.mapping = mapping;
    leader.segment = segment;
  });
  if (!leader.is_unavailable) return;
  call([] {
    ereport(NOTICE, (errmsg("other sessions will not see the progress of this job"),
                     errdetail("No background worker is free."),
                     errhint("Consider raising max_worker_processes.")));
  });
}

bool is_accepting() noexcept {
  const ProgressSegment& segment = *leader.segment;
  return segment.accepted.load(std::memory_order_acquire) ==
         segment.posted.load(std::memory_order_relaxed);
}

// Hands `request` to the worker; returns the job's index. REQUIRES: is_accepting(), room.
std::size_t post(const ProgressRequest& request, SubTransactionId subtransaction) {
  ProgressSegment& segment = *leader.segment;
  const std::uint32_t index = segment.posted.load(std::memory_order_relaxed);
  segment.request = request;
  leader.jobs.push_back({subtransaction});
  segment.posted.store(index + 1, std::memory_order_release);
  wake_worker();
  return index;
}

// Until the worker has committed the row, is gone, or the time is up.
void wait_for_row() {
  const TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), kMaxWaitMs);
  while (!is_accepting()) {
    const long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), deadline);
    pid_t pid;
    if (left <= 0 || GetBackgroundWorkerPid(leader.worker, &pid) == BGWH_STOPPED) return;
    call([left] {
      (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, left,
                      PG_WAIT_EXTENSION);
      ResetLatch(MyLatch);
      CHECK_FOR_INTERRUPTS();
    });
  }
}

bool can_show(std::uint64_t bytes_total) noexcept {
  return settings.progress_delay >= 0 && bytes_total <= static_cast<std::uint64_t>(INT64_MAX) &&
         IsTransactionState() && !IsParallelWorker() && !RecoveryInProgress();
}

}  // namespace

JobProgress::JobProgress(std::string_view kind, std::string_view source, std::int64_t tenant_id,
                         std::uint64_t bytes_total, unsigned passes)
    : kind_(kind),
      source_(source),
      tenant_id_(tenant_id),
      bytes_total_(bytes_total),
      passes_(passes),
      transaction_(leader.transaction),
      subtransaction_(GetCurrentSubTransactionId()),
      started_(GetCurrentTimestamp()),
      exceptions_(std::uncaught_exceptions()) {
  if (!can_show(bytes_total)) return;
  user_ = current_user_name();
  due_ = TimestampTzPlusMilliseconds(started_, settings.progress_delay);
  if (settings.progress_delay > 0) return;
  show();
  if (job_ < 0) return;
  try {
    wait_for_row();
  } catch (...) {
    leader.jobs[static_cast<std::size_t>(job_)].state = Job::State::kThrew;
    throw;
  }
}

JobProgress::JobProgress(std::int64_t job_id, std::uint64_t bytes_total, unsigned passes,
                         unsigned passes_done)
    : row_(job_id),
      bytes_total_(bytes_total),
      passes_(passes),
      work_(bytes_total * passes_done),
      transaction_(leader.transaction),
      subtransaction_(GetCurrentSubTransactionId()),
      started_(GetCurrentTimestamp()),
      exceptions_(std::uncaught_exceptions()) {
  if (!can_show(bytes_total)) return;
  due_ = TimestampTzPlusMilliseconds(started_, settings.progress_delay);
}

JobProgress::~JobProgress() {
  if (!is_shown()) return;
  leader.jobs[static_cast<std::size_t>(job_)].state =
      std::uncaught_exceptions() > exceptions_ ? Job::State::kThrew : Job::State::kFinished;
}

bool JobProgress::is_shown() const noexcept {
  return job_ >= 0 && transaction_ == leader.transaction;
}

void JobProgress::reached(std::uint64_t work) {
  work_ += work;
  if (is_shown()) {
    leader.segment->cells[static_cast<std::size_t>(job_)].done.store(bytes_done(),
                                                                     std::memory_order_relaxed);
  } else if (due_ != DT_NOEND && GetCurrentTimestamp() >= due_) {
    show();
  }
  poll();
}

// Gives the job a row, if a worker can be had.
void JobProgress::show() {
  due_ = DT_NOEND;
  if (transaction_ != leader.transaction) return;
  if (leader.segment == nullptr && !leader.is_unavailable) start_leader();
  if (leader.segment == nullptr || leader.jobs.size() == ProgressSegment::kMaxJobs) return;
  if (!is_accepting()) {  // the worker is still at the job before this: ask again later
    due_ = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), kProgressIntervalMs);
    return;
  }
  ProgressRequest request{};
  request.job_id = row_;
  request.tenant_id = tenant_id_;
  request.bytes_total = static_cast<std::int64_t>(bytes_total_);
  request.started_at = started_;
  copy_clipped(request.submitted_by.data, user_);
  copy_clipped(request.kind, kind_);
  copy_clipped(request.source, source_);
  job_ = static_cast<int>(post(request, subtransaction_));
}

std::optional<std::int64_t> JobProgress::job_id() const noexcept {
  if (!is_shown()) return std::nullopt;
  const std::int64_t id =
      leader.segment->cells[static_cast<std::size_t>(job_)].job_id.load(std::memory_order_acquire);
  return id != 0 ? std::optional(id) : std::nullopt;
}

}  // namespace hartonomous::pg
