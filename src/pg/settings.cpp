// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/settings.hpp"

#include "pg/postgres.hpp"

namespace hartonomous::pg {

namespace {

int progress_delay_setting = 250;

}  // namespace

int progress_delay_ms() noexcept { return progress_delay_setting; }

void define_settings() {
  DefineCustomIntVariable(
      "hartonomous.progress_delay", "Time after which an ingest shows its progress to others.",
      "An ingest that takes longer has a row in hartonomous.ingestion_job, kept by a background "
      "worker that occupies one slot of max_worker_processes until the ingest's transaction ends. "
      "With 0 an ingest begins only when its row is visible, which costs a few milliseconds. -1 "
      "means that no ingest has a row.",
      &progress_delay_setting, progress_delay_setting, -1, 3'600'000, PGC_USERSET, GUC_UNIT_MS,
      nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("hartonomous");
}

}  // namespace hartonomous::pg
