// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// A 128-bit integer as a numeric, in the current memory context, and back. The latter throws
// Failure kOutOfRange for what is not a whole number of at most 38 digits.
Datum numeric_datum(__int128 value);
__int128 wide_integer(Datum numeric);

}  // namespace hartonomous::pg
