// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The text index: inverted references for all documents up to one, so that a phrase is found
// without reading them. Derived, of all tenants, written by update alone: ingest does not know it.
// docs/internals/text-search.md tells how it works and what it costs.
#pragma once

#include <optional>
#include <string_view>

#include "core/text/phrase_climb.hpp"

namespace hartonomous::store {

// Takes in the documents that came since the last time, up to the one that completes `max_bytes`
// of text; returns how many. Throws Failure kWrongState under a snapshot that may be too old to
// see them, kInvalidArgument. Checks no privileges: callers do.
std::int64_t update_text_index(std::optional<std::int64_t> max_bytes);
// Empties the index. Checks no privileges: callers do.
void drop_text_index();

struct IndexAnswer {
  std::int64_t last_document_id;  // the answer covers the documents up to this one
  std::vector<core::text::Occurrence> occurrences;  // in their roots, by atom and offset
};

// Every occurrence of `phrase` in roots of any tenant. Nothing if there is no index, if it cannot
// tell (a phrase of spaces and ASCII punctuation), or if reading is cheaper: `scan_bytes` of text,
// or all of it. REQUIRES: phrase is not empty.
std::optional<IndexAnswer> search_text_index(std::string_view phrase,
                                             std::optional<std::uint64_t> scan_bytes,
                                             core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
