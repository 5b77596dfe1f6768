// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/thread_pool.hpp"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <mutex>

using hartonomous::pg::ThreadPool;

TEST_CASE("A pool does every part once, however many parts there are", "[pg][thread_pool]") {
  for (const std::size_t threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    CHECK(pool.count() == threads);
    for (const std::size_t parts : {0, 1, 2, 7, 1000}) {
      for (int round = 0; round < 50; ++round) {
        std::vector<std::atomic<int>> done(parts);
        pool.run(parts, [&](std::size_t part) { done[part].fetch_add(1); });
        bool once = true;
        for (const auto& count : done) once = once && count == 1;
        REQUIRE(once);
      }
    }
  }
}

TEST_CASE("A pool wakes up after a long sleep and sees the caller's memory", "[pg][thread_pool]") {
  ThreadPool pool(3);
  std::uint64_t seed = 1;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 2000; ++i) ::sched_yield();  // longer than a thread looks for work
    seed = seed * 6364136223846793005ULL + 1;
    std::vector<std::uint64_t> out(64);
    pool.run(out.size(), [&](std::size_t part) { out[part] = seed ^ part; });
    for (std::size_t part = 0; part < out.size(); ++part) REQUIRE(out[part] == (seed ^ part));
  }
}

TEST_CASE("A pool's threads take no signals", "[pg][thread_pool]") {
  ThreadPool pool(4);
  const pthread_t caller = ::pthread_self();
  std::atomic<int> arrived{0};
  std::atomic<bool> blocked{false};
  pool.run(2, [&](std::size_t) {
    arrived.fetch_add(1);
    while (arrived.load() < 2) ::sched_yield();  // so that two threads take part
    if (::pthread_equal(::pthread_self(), caller) != 0) return;
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    blocked = ::sigismember(&mask, SIGINT) == 1 && ::sigismember(&mask, SIGTERM) == 1 &&
              ::sigismember(&mask, SIGALRM) == 1;
  });
  CHECK(blocked.load());
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  CHECK(::sigismember(&mask, SIGINT) == 0);  // the caller's own mask is as it was
}

TEST_CASE("A forked child works alone and ends", "[pg][thread_pool]") {
  int sum = 0;
  const auto add = [&](std::size_t part) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    sum += static_cast<int>(part);
  };
  ThreadPool pool(4);
  pool.run(10, add);
  REQUIRE(sum == 45);
  const pid_t child = ::fork();
  if (child == 0) {
    int own = 0;
    {
      ThreadPool fresh(2);
      fresh.run(4, [&](std::size_t) {});
      pool.run(10, [&](std::size_t part) { own += static_cast<int>(part); });
    }
    ::_exit(own == 45 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  sum = 0;
  pool.run(10, add);
  CHECK(sum == 45);
}
