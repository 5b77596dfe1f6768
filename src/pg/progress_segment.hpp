// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The shared memory between a backend that works (the leader) and the background worker that tells
// others how far it is. One segment per transaction of the leader; nothing in it is ever waited for
// under a lock. Who writes what:
//
//   leader   all but the two fields below. A new job: `request`, then `posted` + 1 (release).
//            Progress: its cell's `done` (relaxed). Failure: its cell's text, then `outcome`
//            (release). The end: the verdict's text, then `verdict` (release).
//   worker   `worker` once; per job its cell's `job_id`, then `accepted` + 1 (release) when the row
//            is committed. `request` belongs to the leader again from then on.
//
// Both wake the other's latch after a release.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <new>

#include "pg/postgres.hpp"

namespace hartonomous::pg {

// What the transaction came to. Jobs that failed before have an outcome of their own.
enum class Verdict : std::uint32_t { kOpen, kCommitted, kPrepared, kRolledBack };

enum class Outcome : std::uint32_t { kAsTransaction, kFailed };

struct ProgressReason {
  char sqlstate[6];
  char message[256];
};

struct ProgressRequest {
  std::int64_t job_id;  // of a row that exists and is only kept up to date, or 0: make one
  std::int64_t tenant_id;
  std::int64_t bytes_total;
  TimestampTz started_at;
  NameData submitted_by;
  char kind[64];
  char source[1024];
};

struct ProgressCell {
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::int64_t> job_id{0};  // 0: no row
  std::atomic<Outcome> outcome{Outcome::kAsTransaction};
  ProgressReason reason{};
};

struct ProgressSegment {
  static constexpr std::uint32_t kMagic = 0x48504731;
  static constexpr std::uint32_t kMaxJobs = 256;  // of one transaction; further ones are not shown

  std::uint32_t magic = kMagic;
  Oid database = InvalidOid;
  int leader_pid = 0;
  TimestampTz leader_start = 0;
  PGPROC* leader = nullptr;  // PGPROCs are at the same address in every process
  std::atomic<PGPROC*> worker{nullptr};
  std::atomic<std::uint32_t> posted{0}, accepted{0};
  std::atomic<Verdict> verdict{Verdict::kOpen};
  ProgressReason reason{};
  ProgressRequest request{};
  std::array<ProgressCell, kMaxJobs> cells{};
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic<PGPROC*>::is_always_lock_free);
static_assert(std::is_trivially_destructible_v<ProgressSegment>);

// How often the worker looks, and so how old a row may be. Tracking costs it one small transaction
// each time the number changed.
inline constexpr long kProgressIntervalMs = 500;

}  // namespace hartonomous::pg
