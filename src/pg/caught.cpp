// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/caught.hpp"

namespace hartonomous::pg {

namespace {

std::string text_of(int sqlstate) {
  std::string text;
  for (int i = 0; i < 5; ++i, sqlstate >>= 6) text += static_cast<char>(PGUNSIXBIT(sqlstate));
  return text;
}

}  // namespace

Caught caught(const Error& error) {
  return {text_of(error.data()->sqlerrcode), error.data()->message};
}

Caught caught(const Failure& failure) {
  detail::Report report;
  detail::fill(report, failure.status());
  return {text_of(report.sqlstate), report.message};
}

void raise_cancelled(const char* detail) {
  call([detail] {
    ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED),
                    errmsg("canceling statement due to user request"), errdetail("%s", detail)));
  });
  std::terminate();  // not reached
}

}  // namespace hartonomous::pg
