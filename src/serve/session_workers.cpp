// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/session_workers.hpp"

#include <algorithm>
#include <memory>

#include "pg/settings.hpp"
#include "pg/thread_pool.hpp"

namespace hartonomous::serve {

namespace {

constexpr std::size_t kMostByDefault = 64;  // beyond, memory bandwidth is spent as a rule

std::size_t wanted() {
  if (pg::settings.threads > 0) return static_cast<std::size_t>(pg::settings.threads);
  return std::min(pg::usable_processors(), kMostByDefault);
}

}  // namespace

core::Workers& session_workers() {
  // Never destroyed: the end of the process ends sleeping threads, and nobody waits for them.
  static auto& pool = *new std::unique_ptr<pg::ThreadPool>();
  const std::size_t threads = wanted();
  if (!pool || pool->count() != threads) {
    pool.reset();
    pool = std::make_unique<pg::ThreadPool>(threads);
  }
  return *pool;
}

}  // namespace hartonomous::serve
