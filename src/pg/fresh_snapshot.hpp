// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <exception>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// While it lives, Spi::query() and direct scans see what was committed before it was made, and not
// only what the calling statement sees: for what waited for a lock and must go on with what the other
// left. In REPEATABLE READ and above nothing changes. What this transaction writes after is unseen.
class FreshSnapshot {
 public:
  FreshSnapshot() {
    call([] { PushActiveSnapshot(GetTransactionSnapshot()); });
  }
  FreshSnapshot(const FreshSnapshot&) = delete;
  FreshSnapshot& operator=(const FreshSnapshot&) = delete;
  // After an ERROR the abort of the transaction drops it.
  ~FreshSnapshot() {
    if (std::uncaught_exceptions() == exceptions_) PopActiveSnapshot();
  }

 private:
  int exceptions_ = std::uncaught_exceptions();
};

}  // namespace hartonomous::pg
