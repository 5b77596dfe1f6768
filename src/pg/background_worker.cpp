// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/background_worker.hpp"

namespace hartonomous::pg {

int start_background_worker(const char* function, const char* name, Datum argument) {
  pid_t pid = 0;
  const bool is_running = call([&] {
    BackgroundWorker worker;
    std::memset(&worker, 0, sizeof worker);
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    worker.bgw_main_arg = argument;
    worker.bgw_notify_pid = MyProcPid;
    strlcpy(worker.bgw_library_name, "$libdir/hartonomous", BGW_MAXLEN);
    strlcpy(worker.bgw_function_name, function, BGW_MAXLEN);
    strlcpy(worker.bgw_type, name, BGW_MAXLEN);
    strlcpy(worker.bgw_name, name, BGW_MAXLEN);
    std::memcpy(worker.bgw_extra, &MyDatabaseId, sizeof MyDatabaseId);
    BackgroundWorkerHandle* handle = nullptr;
    if (!RegisterDynamicBackgroundWorker(&worker, &handle)) return false;
    return WaitForBackgroundWorkerStartup(handle, &pid) == BGWH_STARTED;
  });
  if (!is_running) {
    raise(core::Status(core::Code::kWrongState, "no background worker is free")
              .with_hint("Consider raising max_worker_processes."));
  }
  return pid;
}

bool begin_background_worker(const char* name) {
  pqsignal(SIGTERM, die);
  BackgroundWorkerUnblockSignals();
  return call([name] {
    Oid database;
    std::memcpy(&database, MyBgworkerEntry->bgw_extra, sizeof database);
    BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, 0);
    const auto set = [](const char* setting, const char* value) {
      SetConfigOption(setting, value, PGC_USERSET, PGC_S_OVERRIDE);
    };
    set("statement_timeout", "0");
    set("default_transaction_isolation", "read committed");
    set("default_transaction_read_only", "off");
    set("default_transaction_deferrable", "off");
    set("application_name", name);
    StartTransactionCommand();
    const bool is_here = OidIsValid(get_extension_oid("hartonomous", true));
    CommitTransactionCommand();
    return is_here;
  });
}

void sleep_for(long milliseconds) {
  call([milliseconds] {
    (void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
                    PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  });
}

}  // namespace hartonomous::pg
