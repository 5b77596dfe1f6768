// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The extension's settings (GUCs), all prefixed `hartonomous.`. No setting changes a stored value.
#pragma once

namespace hartonomous::pg {

void define_settings();  // called once, by _PG_init

}  // namespace hartonomous::pg
