// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/background_task.hpp"

#include <system_error>
#include <utility>

#include "pg/signals_blocked.hpp"

namespace hartonomous::pg {

BackgroundTask::BackgroundTask(Task task) : task_(std::move(task)) {
  const SignalsBlocked blocked;
  try {
    thread_ = std::thread([this] { task_(stop_); });
  } catch (const std::system_error&) {
    task_(stop_);
  }
}

BackgroundTask::~BackgroundTask() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

}  // namespace hartonomous::pg
