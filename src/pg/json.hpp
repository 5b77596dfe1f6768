// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <string>
#include <vector>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// A jsonb from valid JSON text; the server's own errors (22P02, 22P05, 54000) otherwise.
Datum jsonb_datum(const std::string& text);

// A jsonb as text.
std::string jsonb_text(Datum value);

// The members of a jsonb object whose values are strings. kInvalidArgument for anything else, and
// for a key that is not among `allowed`; `parameter` names the argument in the message.
std::vector<std::pair<std::string, std::string>> string_members(
    Datum object, const char* parameter, std::span<const std::string_view> allowed);

// The elements of a jsonb array, as jsonb. kInvalidArgument for anything else.
std::vector<Datum> array_members(Datum array, const char* parameter);

}  // namespace hartonomous::pg
