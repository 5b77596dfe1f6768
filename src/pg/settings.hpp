// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The extension's settings (GUCs), all prefixed `hartonomous.`. No setting changes a stored value.
#pragma once

namespace hartonomous::pg {

void define_settings();  // called once, by _PG_init

// hartonomous.progress_min_bytes: jobs of at least so many bytes are shown to others; -1: none is.
int progress_min_bytes() noexcept;

}  // namespace hartonomous::pg
