// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <cstdint>
#include <string_view>

namespace hartonomous::store {

// Gives a branch the content of `target` (a ref of the model or a version_id; empty: what the branch
// pointed at before its present version), as a new version whose parents are the present one and
// that. O(1). kWrongState if the branch never pointed elsewhere; kNotFound and kInvalidArgument as
// find_version(). Returns the version.
std::int64_t revert_ref(std::string_view model, std::string_view ref, std::string_view target,
                        std::string_view message);

}  // namespace hartonomous::store
