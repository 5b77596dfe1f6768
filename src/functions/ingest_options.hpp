// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <string>

#include "pg/datum.hpp"
#include "store/model_ingest.hpp"

namespace hartonomous::functions {

// Arguments `first`...: name, ref, base, options.
store::IngestRequest ingest_request(const pg::Arguments& arguments, int first, std::string source);

}  // namespace hartonomous::functions
