// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "core/format/parse.hpp"
#include "pg/settings.hpp"

namespace hartonomous::store {

// The parsers' caps as the superuser has set them.
inline core::format::Limits format_limits() {
  core::format::Limits limits;
  limits.max_header_bytes = static_cast<std::uint64_t>(pg::settings.max_header_size) << 10;
  limits.max_string_bytes = static_cast<std::uint64_t>(pg::settings.max_string_size) << 10;
  limits.max_memory_bytes = static_cast<std::uint64_t>(pg::settings.parse_memory) << 10;
  limits.max_array_elements = static_cast<std::uint64_t>(pg::settings.max_array_elements);
  limits.max_metadata_entries = static_cast<std::uint64_t>(pg::settings.max_metadata_entries);
  limits.max_tensors = static_cast<std::uint64_t>(pg::settings.max_tensors);
  limits.max_archive_depth = static_cast<std::uint64_t>(pg::settings.max_archive_depth);
  limits.max_archive_entries = static_cast<std::uint64_t>(pg::settings.max_archive_entries);
  limits.max_expanded_bytes = static_cast<std::uint64_t>(pg::settings.max_expanded_size) << 10;
  limits.max_expansion_ratio = static_cast<std::uint64_t>(pg::settings.max_expansion_ratio);
  limits.strict_gguf_offsets = pg::settings.strict_gguf_offsets;
  return limits;
}

}  // namespace hartonomous::store
