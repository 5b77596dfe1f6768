// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Array arguments of any element type.
#pragma once

#include <vector>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// The elements of an array, in storage order; the Datums borrow the current memory context.
// Throws Failure (kInvalidArgument), naming `parameter`, if one of them is NULL.
std::vector<Datum> array_elements(Datum array, const char* parameter);

}  // namespace hartonomous::pg
