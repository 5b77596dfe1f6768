// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/settings.hpp"

#include "pg/postgres.hpp"

namespace hartonomous::pg {

void define_settings() { MarkGUCPrefixReserved("hartonomous"); }

}  // namespace hartonomous::pg
