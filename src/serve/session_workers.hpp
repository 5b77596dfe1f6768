// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "core/base/workers.hpp"

namespace hartonomous::serve {

// The session's threads, as many as hartonomous.threads says now. They start with the first work
// and sleep between statements.
core::Workers& session_workers();

}  // namespace hartonomous::serve
