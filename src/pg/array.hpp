// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Array arguments of any element type.
#pragma once

#include <span>
#include <vector>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// The elements of an array, in storage order; the Datums borrow the current memory context.
// Throws Failure (kInvalidArgument), naming `parameter`, if one of them is NULL.
std::vector<Datum> array_elements(Datum array, const char* parameter);

// The elements of a real[] without NULLs, of any number of dimensions, in storage order; borrowed
// like them. kInvalidArgument otherwise.
std::span<const float> float4_array_view(Datum array);

// The elements of a double precision[]; kInvalidArgument, naming `parameter`, if one is NULL.
std::vector<double> float8_array(Datum array, const char* parameter);

}  // namespace hartonomous::pg
