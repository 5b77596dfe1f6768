// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Long work calls its Checkpoint at least every 1 MiB of input or 10 ms. The server's glue answers
// there to cancel, statement_timeout and shutdown by throwing, so work unwinds as C++ does, and
// publishes progress. Code that owns locks or half-built state must be exception-safe across it.
#pragma once

#include <cstdint>

namespace hartonomous::core {

class Checkpoint {
 public:
  virtual ~Checkpoint() = default;
  // `work` is the amount done since the last call, in the unit the job counts (bytes as a rule).
  virtual void reached(std::uint64_t work) = 0;
};

// For tests and tools: never stops anything.
class NoCheckpoint final : public Checkpoint {
 public:
  void reached(std::uint64_t) override {}
};

}  // namespace hartonomous::core
