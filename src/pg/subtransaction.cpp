// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/subtransaction.hpp"

namespace hartonomous::pg::detail {

ErrorData* SubtransactionScope::roll_back(ErrorData* error) {
  // The error may lie in a context that f made below the subtransaction's own. PostgreSQL offers no
  // copy of an ErrorData but that of the error being reported, hence: report it again, here.
  MemoryContextSwitchTo(context_);
  if (error != nullptr) {
    try {
      call([error] { ReThrowError(error); });
    } catch (const Error& copy) {
      error = copy.data();
    }
  }
  call([] { RollbackAndReleaseCurrentSubTransaction(); });
  restore();
  return error;
}

bool ends_statement(const ErrorData& error) noexcept {
  switch (error.sqlerrcode) {
    case ERRCODE_QUERY_CANCELED:
    case ERRCODE_ADMIN_SHUTDOWN:
    case ERRCODE_CRASH_SHUTDOWN:
    case ERRCODE_CANNOT_CONNECT_NOW:
    case ERRCODE_DATABASE_DROPPED:
      return true;
    default:
      return false;
  }
}

}  // namespace hartonomous::pg::detail
