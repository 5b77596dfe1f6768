// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A config.json as flat metadata: members of nested objects get dotted keys
// ("rope_scaling.factor"), so that one reader of facts serves both kinds of files.
#pragma once

#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/metadata.hpp"

namespace hartonomous::core::run {

inline constexpr std::size_t kMaxConfigBytes = 1 << 20;

// Whole numbers from 0 become u64, others doubles; arrays whose elements are all numbers become
// f64 arrays, all strings string arrays; other arrays and nulls are left out. kMalformed and
// kBadEncoding for what is not JSON or names a key twice; kLimitExceeded above kMaxConfigBytes or
// four levels of objects. O(bytes + keys²).
Result<format::Metadata> read_config(std::string_view json, Checkpoint& checkpoint);

}  // namespace hartonomous::core::run
