// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The extension's settings (GUCs), all prefixed `hartonomous.`. No setting changes a stored value.
#pragma once

namespace hartonomous::pg {

void define_settings();  // called once, by _PG_init

// hartonomous.progress_delay in ms: jobs that take longer are shown to others; -1: none is.
int progress_delay_ms() noexcept;

}  // namespace hartonomous::pg
