// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Errors of those who came second: somebody else did it first, and the caller may look and try
// again.
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// ERROR 40001: what the change was to be made on is not there any more.
[[noreturn]] inline void raise_conflict(const std::string& message, const std::string& detail,
                                        const char* hint) {
  call([&] {
    ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                    errmsg_internal("%s", message.c_str()),
                    errdetail_internal("%s", detail.c_str()), errhint("%s", hint)));
  });
  __builtin_unreachable();
}

// ERROR 42710: there is one of that name already.
[[noreturn]] inline void raise_duplicate(const std::string& message, const char* hint) {
  call([&] {
    ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT), errmsg_internal("%s", message.c_str()),
                    errhint("%s", hint)));
  });
  __builtin_unreachable();
}

}  // namespace hartonomous::pg
