// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "pg/postgres.hpp"

namespace hartonomous::pg {

// Whether the server process `pid` that started at `start` is alive now, whatever a statistics
// snapshot that this transaction took earlier says. Process numbers are used again; together with
// the starting time they are not. O(max_connections).
bool is_backend_running(int pid, TimestampTz start);

// This process; the two together name one process for ever.
inline int own_pid() { return MyProcPid; }
inline TimestampTz own_start() { return MyStartTimestamp; }

// Cancels what the server process `pid` does, as pg_cancel_backend() would, when this transaction
// has committed, so that what it wrote is there to be seen; never if it does not. Asks for no
// right.
void cancel_at_commit(int pid);

}  // namespace hartonomous::pg
