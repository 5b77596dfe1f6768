// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Workers that share parts among real threads, for tests.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "core/base/workers.hpp"

namespace hartonomous::test {

class SharingThreads final : public core::Workers {
 public:
  explicit SharingThreads(std::size_t count) : count_(count) {}
  std::size_t count() const noexcept override { return count_; }
  void run(std::size_t parts, const std::function<void(std::size_t part)>& task) override {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t part = next++; part < parts; part = next++) task(part);
    };
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < count_; ++i) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
  }

 private:
  std::size_t count_;
};

}  // namespace hartonomous::test
