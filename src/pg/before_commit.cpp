// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/before_commit.hpp"

#include "pg/boundary.hpp"

namespace hartonomous::pg {

namespace {

struct Hooks {
  void (*work)();
  void (*forget)() noexcept;
};

void run_with_snapshot(void (*work)()) {
  PushActiveSnapshot(GetTransactionSnapshot());
  entry([work] {
    work();
    return Datum{0};
  });
  PopActiveSnapshot();
}

void on_transaction(XactEvent event, void* argument) {
  const auto* hooks = static_cast<const Hooks*>(argument);
  switch (event) {
    case XACT_EVENT_PRE_COMMIT:
    case XACT_EVENT_PRE_PREPARE:
      run_with_snapshot(hooks->work);
      return;
    case XACT_EVENT_ABORT:
      hooks->forget();
      return;
    default:
      return;
  }
}

}  // namespace

void before_commit(void (*work)(), void (*forget)() noexcept) {
  auto* const hooks = new Hooks{work, forget};  // for the rest of the session
  call([hooks] { RegisterXactCallback(on_transaction, hooks); });
}

}  // namespace hartonomous::pg
