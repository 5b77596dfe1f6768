// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Names inside archives. They are data: nothing is ever opened by them. But they become the paths
// of a version's files, which an export writes below a directory.
#pragma once

#include <span>
#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/parse_budget.hpp"

namespace hartonomous::core::format {

// Whether a program could take `name` for a path out of the archive, or for another name:
// kMalformed for one that is empty or absolute or has an empty component, ".", "..", '\\', ':' or a
// control character; kBadEncoding for what is not UTF-8. A slash at the end is allowed. `archive`
// is what messages call the archive: "ZIP archive".
Status check_entry_name(std::string_view name, std::string_view archive);

// kMalformed if two names are the same, or differ only in their Unicode form. REQUIRES: UTF-8.
Status check_distinct_names(std::span<const std::string_view> names, std::string_view archive,
                            ParseBudget& budget, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format
