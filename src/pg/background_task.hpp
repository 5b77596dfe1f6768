// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One piece of work beside the session's own, on a thread that blocks all signals.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace hartonomous::pg {

class BackgroundTask {
 public:
  // Begins it; where no thread can be had, does it at once. The task must not throw and must not
  // call PostgreSQL; it ends soon after `stop` is true.
  using Task = std::function<void(const std::atomic<bool>& stop)>;
  explicit BackgroundTask(Task task);
  // Stops it and waits for its end.
  ~BackgroundTask();
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;

 private:
  Task task_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace hartonomous::pg
