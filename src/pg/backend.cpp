// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/backend.hpp"

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

}  // namespace

bool is_backend_running(int pid, TimestampTz start) {
  return call([pid, start] {
    if (BackendPidGetProc(pid) == nullptr) return false;
    if (is_listed(pid, start)) return true;
    pgstat_clear_backend_activity_snapshot();  // it may be younger than the snapshot
    return is_listed(pid, start);
  });
}

}  // namespace hartonomous::pg
