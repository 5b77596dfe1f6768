// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The members of a group: by symbol table (a B-tree over a heap of names) or by link messages.
#pragma once

#include <string>
#include <vector>

#include "core/format/hdf5/object_header.hpp"

namespace hartonomous::core::format::hdf5 {

struct Member {
  std::string name;       // one component
  std::uint64_t address;  // of its object header
};

struct Members {
  std::vector<Member> members;
  std::size_t soft_links = 0;  // that were not followed
  bool is_partial = false;     // links are in a fractal heap, which is not read
};

bool is_group(const ObjectHeader& header) noexcept;

// In the order of the file. kUnsupported for a link to another file; kMalformed for names that are
// no single component, and trees that lead back to themselves.
Result<Members> read_members(File& file, const ObjectHeader& header);

}  // namespace hartonomous::core::format::hdf5
