// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/settings.hpp"

#include <climits>

#include "pg/postgres.hpp"

namespace hartonomous::pg {

namespace {

int progress_min_bytes_setting = 16 << 20;

}  // namespace

int progress_min_bytes() noexcept { return progress_min_bytes_setting; }

void define_settings() {
  DefineCustomIntVariable(
      "hartonomous.progress_min_bytes",
      "Size from which an ingest shows its progress to other sessions.",
      "An ingest of at least so many bytes has a row in hartonomous.ingestion_job, kept by a "
      "background worker that takes one slot of max_worker_processes until the ingest's "
      "transaction ends. Smaller ingests are over before anybody could look and have none. -1 "
      "means that no ingest has one.",
      &progress_min_bytes_setting, progress_min_bytes_setting, -1, INT_MAX, PGC_USERSET,
      GUC_UNIT_BYTE, nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("hartonomous");
}

}  // namespace hartonomous::pg
