// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// While it lives, what only reads (Spi::query, IndexProbe) sees what was committed when it was made,
// and what this transaction had done by then: in a long statement more than the statement began
// with, and the same throughout. Objects nest like the blocks they live in.
class LatestSnapshot {
 public:
  LatestSnapshot() {
    call([] { PushActiveSnapshot(GetLatestSnapshot()); });
  }
  // Cannot fail.
  ~LatestSnapshot() { PopActiveSnapshot(); }
  LatestSnapshot(const LatestSnapshot&) = delete;
  LatestSnapshot& operator=(const LatestSnapshot&) = delete;
};

}  // namespace hartonomous::pg
