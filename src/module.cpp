// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/boundary.hpp"
#include "pg/settings.hpp"

extern "C" {
PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
void _PG_init(void) { hartonomous::pg::define_settings(); }
}

HARTONOMOUS_FUNCTION(hartonomous_version) {
  PG_RETURN_TEXT_P(cstring_to_text(HARTONOMOUS_VERSION));
}
