// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// LevelDB's sorted table, the container of TensorFlow's bundle indexes: blocks of entries with
// prefix-compressed keys, an index block that names them, and a footer that names that. Every
// block's CRC-32C is checked. Source: LevelDB's table_format.md.
#pragma once

#include <functional>
#include <string_view>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/parse.hpp"
#include "core/format/parse_budget.hpp"

namespace hartonomous::core::format::tensorflow {

inline constexpr std::string_view kTableFooter = "\x57\xfb\x80\x8b\x24\x75\x47\xdb";  // last bytes

// Called for each entry in key order; the views live as long as the call. Returns false to end.
using OnEntry = std::function<Result<bool>(std::string_view key, Bytes value)>;

// kMalformed for handles outside the file, wrong CRCs, keys that do not ascend; kLimitExceeded for
// blocks above limits.max_header_bytes; kUnsupported for another compression than none and Snappy.
// One block and the index block are held at a time.
Status read_table(ByteSource& source, const Limits& limits, ParseBudget& budget,
                  Checkpoint& checkpoint, const OnEntry& on_entry);

}  // namespace hartonomous::core::format::tensorflow
