// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// The name of the role whose rights apply now.
inline std::string current_user_name() {
  const char* name = call([] { return GetUserNameFromId(GetUserId(), false); });
  return name;
}

// Whether all statements of this transaction see the state of its beginning (REPEATABLE READ,
// SERIALIZABLE).
inline bool sees_one_snapshot() { return IsolationUsesXactSnapshot(); }

// The time of day.
inline TimestampTz now() { return GetCurrentTimestamp(); }

// Sends a NOTICE to the client.
inline void notice(const std::string& message) {
  call([&] { ereport(NOTICE, (errmsg_internal("%s", message.c_str()))); });
}

// Sends a WARNING.
inline void warning(const std::string& message, const char* hint) {
  call([&] { ereport(WARNING, (errmsg_internal("%s", message.c_str()), errhint("%s", hint))); });
}

}  // namespace hartonomous::pg
