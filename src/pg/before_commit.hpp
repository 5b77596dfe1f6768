// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Work that belongs to the end of a transaction, while it can still write and still fail.
#pragma once

namespace hartonomous::pg {

// From now on `work` runs before each commit of this session (also of transactions that only
// read), with a snapshot, and `forget` when a transaction is rolled back instead; not for
// subtransactions. `work` may throw: then the transaction fails. `forget` must not, nor call
// PostgreSQL. Once for each pair.
void before_commit(void (*work)(), void (*forget)() noexcept);

}  // namespace hartonomous::pg
