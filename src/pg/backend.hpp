// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "pg/postgres.hpp"

namespace hartonomous::pg {

// Whether the server process `pid` that started at `start` is alive now, whatever a statistics
// snapshot that this transaction took earlier says. Process numbers are used again; together with
// the starting time they are not. O(max_connections).
bool is_backend_running(int pid, TimestampTz start);

}  // namespace hartonomous::pg
