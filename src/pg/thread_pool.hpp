// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Threads for a session's arithmetic. They never see PostgreSQL: all signals are blocked in them,
// so that handlers run on the session's own thread alone, and a task is pure computation. Needs no
// server header; benches use it as it is.
//
// A forward pass hands out work every few tens of microseconds, and then nothing until the next
// statement: a thread without work looks for more for about 20 microseconds, then sleeps.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "core/base/workers.hpp"

namespace hartonomous::pg {

// The processors that this process may run on; >= 1.
std::size_t usable_processors() noexcept;

class ThreadPool final : public core::Workers {
 public:
  // `threads` count the caller's own, which works too; >= 1. They start with the first run(); if
  // the system allows fewer, the work is done by fewer.
  explicit ThreadPool(std::size_t threads) : threads_(threads) {}
  ~ThreadPool() override;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t count() const noexcept override { return threads_; }
  // Parts are taken one by one, in ascending order. One caller at a time; parts < 2^32. In a
  // process forked from the one that made the pool, the caller works alone.
  void run(std::size_t parts, const std::function<void(std::size_t part)>& task) override;

 private:
  void start();
  void serve(std::uint32_t bell);
  void work() noexcept;

  std::size_t threads_;
  bool is_started_ = false;
  unsigned forks_ = 0;  // how often the process had been forked when the threads started
  std::vector<std::thread> others_;

  // The job at hand. Who takes a part from `left_` keeps the rest unchanged until it is done.
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t parts_ = 0;
  // The job's number in the upper half, and in the lower how many of its parts nobody took yet: a
  // thread that comes late cannot take a part of a job it does not know.
  alignas(64) std::atomic<std::uint64_t> left_{0};
  alignas(64) std::atomic<std::uint32_t> undone_{0};
  alignas(64) std::atomic<std::uint32_t> bell_{0};  // the job's number; sleepers wait for another
  std::atomic<bool> is_closing_{false};
};

}  // namespace hartonomous::pg
