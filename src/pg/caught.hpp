// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Errors that were caught and outlive the transaction they ended.
#pragma once

#include <string>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

struct Caught {
  std::string sqlstate, message;
  bool is_cancel() const { return sqlstate == "57014"; }
};
Caught caught(const Error& error);
Caught caught(const Failure& failure);

// As a cancel would end the statement, for a cancel that was caught.
[[noreturn]] void raise_cancelled(const char* detail);

}  // namespace hartonomous::pg
