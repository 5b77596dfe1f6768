// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <vector>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"
#include "core/format/parse_budget.hpp"
#include "core/format/zip/directory.hpp"

namespace hartonomous::core::format::numpy {

// The name of the one tensor of a .npy file, which has none of its own.
inline constexpr const char* kArrayName = "array";

// Reads an .npy file: one tensor. kUnsupported if its elements are objects, texts or records.
Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

// Whether the archive holds arrays: some entry is named *.npy.
bool is_npz(const std::vector<zip::Entry>& entries) noexcept;

// Reads an .npz archive: one tensor for each entry NAME.npy, named NAME. Entries of other names are
// literal bytes, and so, with a warning, are arrays of objects, texts and records. Compressed arrays
// are listed. The CRC of stored arrays is not checked: that would take reading the whole file.
Result<FileLayout> read_npz(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::numpy
