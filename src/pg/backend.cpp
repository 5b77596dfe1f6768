// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/backend.hpp"

#include <csignal>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

namespace {

// In the transaction's snapshot of the backends' activity.
bool is_listed(int pid, TimestampTz start) {
  const int count = pgstat_fetch_stat_numbackends();
  for (int i = 1; i <= count; ++i) {
    const PgBackendStatus& backend = pgstat_fetch_stat_local_beentry(i)->backendStatus;
    if (backend.st_procpid == pid) return backend.st_proc_start_timestamp == start;
  }
  return false;
}

std::vector<int> to_cancel;  // when this transaction commits

void transaction_ended(XactEvent event, void*) noexcept {
  if (event == XACT_EVENT_COMMIT) {
    for (const int pid : to_cancel) {
      if (BackendPidGetProc(pid) != nullptr) kill(pid, SIGINT);
    }
  }
  if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT) to_cancel.clear();
}

}  // namespace

void cancel_at_commit(int pid) {
  static const bool is_registered = [] {
    call([] { RegisterXactCallback(transaction_ended, nullptr); });
    return true;
  }();
  (void)is_registered;
  to_cancel.push_back(pid);
}

bool is_backend_running(int pid, TimestampTz start) {
  return call([pid, start] {
    if (BackendPidGetProc(pid) == nullptr) return false;
    if (is_listed(pid, start)) return true;
    pgstat_clear_backend_activity_snapshot();  // it may be younger than the snapshot
    return is_listed(pid, start);
  });
}

}  // namespace hartonomous::pg
