// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/transaction.hpp"

#include "pg/spi.hpp"

extern "C" {
#include "tcop/pquery.h"
}

namespace hartonomous::pg {

namespace {

bool is_atomic(FunctionCallInfo function) {
  const auto* context = reinterpret_cast<const CallContext*>(function->context);
  return context == nullptr || !IsA(function->context, CallContext) || context->atomic;
}

// SPI's end of a transaction keeps what runs the procedure.
void end_through_spi(void (*end)()) {
  call([end] {
    SPI_connect_ext(SPI_OPT_NONATOMIC);
    end();
    SPI_finish();
    EnsurePortalSnapshotExists();
  });
}

void begin() {
  SetCurrentStatementStartTimestamp();
  StartTransactionCommand();
  PushActiveSnapshot(GetTransactionSnapshot());
}

}  // namespace

ProcedureTransactions::ProcedureTransactions(FunctionCallInfo function)
    : is_atomic_(is_atomic(function)), connections_(Spi::open()) {}

void ProcedureTransactions::commit() {
  if (is_atomic_) {
    call([] {
      ereport(ERROR, (errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
                      errmsg("procedure cannot commit inside a transaction block"),
                      errhint("Call it on its own.")));
    });
  }
  end_through_spi([] { SPI_commit(); });
}

void ProcedureTransactions::roll_back() {
  Spi::finish_down_to(connections_);
  end_through_spi([] { SPI_rollback(); });
}

WorkerTransactions::WorkerTransactions() {
  call([] { begin(); });
}

// The process ends next: an open transaction is aborted.
WorkerTransactions::~WorkerTransactions() = default;

void WorkerTransactions::commit() {
  call([] {
    PopActiveSnapshot();
    CommitTransactionCommand();
    begin();
  });
}

void WorkerTransactions::roll_back() {
  call([] {
    AbortCurrentTransaction();
    begin();
  });
}

}  // namespace hartonomous::pg
