// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Snappy's raw format, which LevelDB tables may compress their blocks with. Source: the format
// description of the Snappy project.
#pragma once

#include <string>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::format::tensorflow {

// kMalformed if `compressed` is not exactly one Snappy stream; kLimitExceeded, before anything is
// allocated, if it says that it expands to more than `limit` bytes. Memory: the result.
Result<std::string> snappy_expand(Bytes compressed, std::uint64_t limit);

}  // namespace hartonomous::core::format::tensorflow
