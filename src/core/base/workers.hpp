// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Work in parts. Core starts no threads: it is handed a Workers, which may have some.
#pragma once

#include <cstddef>
#include <functional>

namespace hartonomous::core {

class Workers {
 public:
  virtual ~Workers() = default;
  // How many parts can be under way at once, the caller's own included; >= 1.
  virtual std::size_t count() const noexcept = 0;
  // Calls task(part) once for each part in [0, parts), in any order and on any of the threads, and
  // returns when all are done. Tasks must not throw. No result may depend on who does which part.
  virtual void run(std::size_t parts, const std::function<void(std::size_t part)>& task) = 0;
};

// The caller alone, in order.
class Alone final : public Workers {
 public:
  std::size_t count() const noexcept override { return 1; }
  void run(std::size_t parts, const std::function<void(std::size_t part)>& task) override {
    for (std::size_t part = 0; part < parts; ++part) task(part);
  }
};

}  // namespace hartonomous::core
