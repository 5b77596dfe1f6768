// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Ending the transaction in the middle of a procedure.
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// Commits and begins a new transaction. ERROR 2D000 if the procedure was not called on its own, but
// inside a transaction block or a function. REQUIRES: no Spi, OwnerRights or JobProgress lives, and
// nothing of the transaction's memory is used after.
inline void commit_in_procedure(FunctionCallInfo function) {
  const auto* context = reinterpret_cast<const CallContext*>(function->context);
  const bool is_atomic =
      context == nullptr || !IsA(function->context, CallContext) || context->atomic;
  call([is_atomic] {
    if (is_atomic) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
                      errmsg("procedure cannot commit inside a transaction block"),
                      errhint("Call it on its own.")));
    }
    SPI_connect_ext(SPI_OPT_NONATOMIC);
    SPI_commit();
    SPI_finish();
  });
}

}  // namespace hartonomous::pg
