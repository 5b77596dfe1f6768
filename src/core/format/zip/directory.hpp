// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The directory of a ZIP archive, read so strictly that no other reader can see another archive in
// the same bytes. Names are data: nothing is extracted, and no name is ever a path.
// Source: PKWARE's APPNOTE 6.3.10.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/parse.hpp"
#include "core/format/parse_budget.hpp"

namespace hartonomous::core::format::zip {

enum class Method : std::uint16_t { kStored = 0, kDeflated = 8 };

struct Entry {
  std::string name;  // valid UTF-8, unique; a directory's ends in '/'
  Method method;
  std::uint32_t crc32;           // of the decompressed bytes, as declared
  std::uint64_t header_offset;   // of the local header, in bytes from the start of the file
  std::uint64_t data_offset;     // of the stored bytes
  std::uint64_t stored_bytes;    // within the file; entries are disjoint
  std::uint64_t expanded_bytes;  // after decompression, as declared; equal when kStored
};

// The entries in the order of the central directory. What is checked: the end record closes the
// file and is the only one in its comment's reach; the entries, each with a local header that agrees
// with the directory on name, flags, method, sizes and CRC, and their data descriptors cover the
// bytes before the directory without gap or overlap; Zip64 values stand only where the short field
// gives way to them, or repeat it. kMalformed otherwise, and for links, repeated names (canonically
// equivalent ones too), and names that are absolute or hold "..", '\', ':' or control characters;
// kBadEncoding for names that are not UTF-8; kUnsupported for encryption, several disks and other
// methods; kLimitExceeded for too many entries and too great an expansion. One read per entry.
Result<std::vector<Entry>> read_directory(ByteSource& source, const Limits& limits,
                                          ParseBudget& budget, Checkpoint& checkpoint);

// All bytes of an entry, decompressed. kMalformed if length or CRC are not as declared;
// kLimitExceeded if it has more than max_header_bytes; kOutOfMemory.
Result<std::string> read_entry(ByteSource& source, const Entry& entry, const Limits& limits,
                               ParseBudget& budget, Checkpoint& checkpoint);

// The first `count` bytes of an entry, or all if it is shorter, decompressed; its CRC is not
// checked. kMalformed if the entry is broken before that. REQUIRES: a small count.
Result<std::string> read_prefix(ByteSource& source, const Entry& entry, std::uint64_t count,
                                Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::zip
