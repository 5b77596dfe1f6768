// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tar archives (POSIX ustar and pax, GNU's long names and sizes), read so strictly that no other
// reader can see other files in the same bytes. Nothing is extracted, and no name is ever a path.
// Source: IEEE Std 1003.1-2017, pax; GNU tar's manual, "Basic Tar Format".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/parse.hpp"
#include "core/format/parse_budget.hpp"

namespace hartonomous::core::format::archive {

struct TarFile {
  std::string name;      // as check_entry_name() allows; a leading "./" is taken away
  std::uint64_t offset;  // of its bytes in the archive
  std::uint64_t length;
};

// The regular files, in the archive's order. Directories are passed over. kMalformed for a
// checksum, number or padding that is wrong, for a name that is twice there or unusual, for two
// names or sizes of one entry that contradict, for an archive that is cut or goes on after its end;
// kUnsupported for links, devices, sparse files and whatever else is no file; kLimitExceeded for
// more than max_archive_entries entries, or a name of more than 4096 bytes. One read per entry.
Result<std::vector<TarFile>> read_tar(ByteSource& source, const Limits& limits, ParseBudget& budget,
                                      Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::archive
