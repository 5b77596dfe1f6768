// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// Starts a background worker in this database that runs the exported function `function` with
// `argument`, and returns its process number when it runs. It is nobody's: it goes on when this
// session ends, and is not started again. kWrongState if none is free.
int start_background_worker(const char* function, const char* name, Datum argument);

// In that function, first: signals, the connection (as no role: it has all rights), plain settings.
// False if the extension is not there.
bool begin_background_worker(const char* name);

// Waits; answers interrupts, throwing. Ends the process with the server.
void sleep_for(long milliseconds);

}  // namespace hartonomous::pg
