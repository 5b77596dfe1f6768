// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The progress of a long job, visible to other sessions while the job's transaction is still open.
//
//   pg::JobProgress progress("ingest_model", path, tenant_id, total_bytes);
//   core::parse(source, progress);                    // calls progress.reached(bytes)
//
// A transaction's rows are invisible to others until it commits, so a companion background worker
// keeps the row of hartonomous.ingestion_job in transactions of its own: 'running' when the job
// begins, bytes_done about twice a second from a shared memory segment, and at the end what really
// happened: 'done' only if the job's transaction committed, else 'failed' or 'cancelled' with
// SQLSTATE and message. All jobs of one transaction share one worker. docs/internals/government.md
// has the protocol.
//
// A worker takes 5 to 25 ms to start, so a job gets one when it has lasted for
// hartonomous.progress_delay; shorter ones cost a clock reading per checkpoint and have no row.
// Progress is a courtesy and never the reason for a failure: without a free background worker there
// is a NOTICE and no row; if the worker dies the job goes on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/checkpoint.hpp"
#include "pg/postgres.hpp"

namespace hartonomous::pg {

class JobProgress final : public core::Checkpoint {
 public:
  // `kind` is a word such as "ingest_model" and `source` what the user named, for people to read
  // (clipped to 63 and 1023 bytes). REQUIRES: the caller was checked to be a member of `tenant_id`,
  // and is still the current user: OwnerRights come later. A job that goes over its input several
  // times reports each pass in full and says here how many there are. With a progress_delay of 0
  // returns when the row is committed, after at most 2 s.
  JobProgress(std::string_view kind, std::string_view source, std::int64_t tenant_id,
              std::uint64_t bytes_total, unsigned passes = 1);
  // Of a job that has its row, which somebody else opens and closes: only bytes_done is kept. The
  // passes done before count as done.
  JobProgress(std::int64_t job_id, std::uint64_t bytes_total, unsigned passes,
              unsigned passes_done);
  JobProgress(const JobProgress&) = delete;
  JobProgress& operator=(const JobProgress&) = delete;
  // If an exception is passing, the job counts as failed even when an outer EXCEPTION block saves
  // the transaction.
  ~JobProgress() override;

  // Adds `work` bytes and answers interrupts (throws pg::Error). Some 5 ns, 50 before it has a row.
  void reached(std::uint64_t work) override;

  // Of bytes_total, over all passes.
  std::uint64_t bytes_done() const noexcept { return std::min(work_ / passes_, bytes_total_); }
  // The row's key, unless the job has no row (yet).
  std::optional<std::int64_t> job_id() const noexcept;

 private:
  void show();
  bool is_shown() const noexcept;

  std::string kind_, source_, user_;
  std::int64_t tenant_id_ = 0;
  std::int64_t row_ = 0;  // that exists already, or 0
  std::uint64_t bytes_total_, passes_, work_ = 0;
  std::uint64_t transaction_;  // the leader's count of transactions at construction
  SubTransactionId subtransaction_;
  TimestampTz started_;
  TimestampTz due_ = DT_NOEND;  // when to show it
  int job_ = -1;                // index among the transaction's jobs, -1: not shown
  int exceptions_;              // in flight at construction
};

}  // namespace hartonomous::pg
