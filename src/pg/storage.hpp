// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The server's own directory, for files that are ours.
#pragma once

#include "pg/postgres.hpp"

namespace hartonomous::pg {

// Absolute.
inline std::string data_directory() { return DataDir; }

// Waits until the file's bytes are on disk, unless the server runs with fsync off. False, and
// errno, if the disk refuses.
inline bool sync_bytes(int fd) noexcept { return pg_fdatasync(fd) == 0; }

}  // namespace hartonomous::pg
