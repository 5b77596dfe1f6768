// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The record at the end of a ZIP archive that says where its directory is.
#pragma once

#include <cstdint>

#include "core/base/byte_source.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::format::zip {

struct End {
  std::uint64_t entries;
  std::uint64_t directory_offset, directory_bytes;
  std::uint64_t directory_end;  // where the end records begin
};

// The one end record, Zip64's taken into account. kMalformed if it does not close the file or the
// two records differ; kUnsupported for archives of several disks.
Result<End> find_end(ByteSource& source);

}  // namespace hartonomous::core::format::zip
