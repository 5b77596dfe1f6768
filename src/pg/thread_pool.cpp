// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/thread_pool.hpp"

#include <pthread.h>
#include <sched.h>

#include <system_error>

#include "pg/signals_blocked.hpp"

namespace hartonomous::pg {

namespace {

// Looks before sleeping. A pause takes 40 to 140 cycles on the CPUs of these years.
constexpr int kLooks = 700;

void pause() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Threads do not survive fork(): a child must not wait for them.
std::atomic<unsigned> forks{0};

void count_forks() {
  static const bool registered = [] {
    return ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1); }) == 0;
  }();
  static_cast<void>(registered);
}

}  // namespace

std::size_t usable_processors() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  const int count = CPU_COUNT(&set);
  return count > 0 ? static_cast<std::size_t>(count) : 1;
}

ThreadPool::~ThreadPool() {
  if (is_started_ && forks_ != forks.load()) {
    new std::vector<std::thread>(std::move(others_));  // there are no such threads here to join
    return;
  }
  is_closing_.store(true);
  bell_.fetch_add(1);
  bell_.notify_all();
  for (std::thread& thread : others_) thread.join();
}

void ThreadPool::start() {
  is_started_ = true;
  count_forks();
  forks_ = forks.load();
  const SignalsBlocked blocked;
  others_.reserve(threads_ - 1);
  try {
    while (others_.size() < threads_ - 1) {
      others_.emplace_back([this, bell = bell_.load()] { serve(bell); });
    }
  } catch (const std::system_error&) {  // as many as there may be
  }
}

void ThreadPool::run(std::size_t parts, const std::function<void(std::size_t)>& task) {
  if (!is_started_ && parts > 1 && threads_ > 1) start();
  if (parts <= 1 || others_.empty() || forks_ != forks.load(std::memory_order_relaxed)) {
    for (std::size_t part = 0; part < parts; ++part) task(part);
    return;
  }
  task_ = &task;
  parts_ = parts;
  undone_.store(static_cast<std::uint32_t>(parts), std::memory_order_relaxed);
  const std::uint32_t job = bell_.load(std::memory_order_relaxed) + 1;
  left_.store(static_cast<std::uint64_t>(job) << 32 | parts, std::memory_order_release);
  bell_.store(job);
  bell_.notify_all();
  work();
  for (int look = 0; look < kLooks; ++look) {
    if (undone_.load(std::memory_order_acquire) == 0) return;
    pause();
  }
  for (std::uint32_t undone; (undone = undone_.load(std::memory_order_acquire)) != 0;) {
    undone_.wait(undone, std::memory_order_acquire);
  }
}

// Takes parts until none is left.
void ThreadPool::work() noexcept {
  std::uint64_t left = left_.load(std::memory_order_acquire);
  while ((left & UINT32_MAX) != 0) {
    if (!left_.compare_exchange_weak(left, left - 1, std::memory_order_acq_rel)) continue;
    (*task_)(parts_ - (left & UINT32_MAX));
    if (undone_.fetch_sub(1, std::memory_order_acq_rel) == 1) undone_.notify_one();
    left = left_.load(std::memory_order_acquire);
  }
}

// The life of a thread: `bell` is the last job that it need not look for.
void ThreadPool::serve(std::uint32_t bell) {
  while (!is_closing_.load()) {
    work();
    int look = 0;
    while (look < kLooks && bell_.load(std::memory_order_relaxed) == bell) {
      pause();
      ++look;
    }
    if (look == kLooks) bell_.wait(bell);
    bell = bell_.load();
  }
}

}  // namespace hartonomous::pg
