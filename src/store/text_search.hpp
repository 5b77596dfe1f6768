// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where a phrase occurs in the documents that the caller may see: exactly, to the byte, overlapping
// occurrences included, in order of document and offset. docs/internals/text-search.md has the
// reasons.
//
// Documents are looked up as the caller, so row security decides which there are; atoms are then
// read without asking. All throw Failure: kInvalidArgument for an empty phrase, kCorrupt.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "pg/boundary.hpp"

namespace hartonomous::store {

struct SearchedDocument {
  std::int64_t document_id;
  std::int64_t atom_id;
  std::uint64_t byte_length;
  std::string title;
};

// Where to search: one document, or all of them.
using SearchScope = std::optional<std::int64_t>;

// Calls `found` for each occurrence until it returns false.
void find_text(std::string_view phrase, SearchScope scope,
               const std::function<bool(const SearchedDocument&, std::uint64_t offset)>& found);

// Calls `found` for each document with at least one occurrence, until it returns false.
void count_by_document(
    std::string_view phrase, SearchScope scope,
    const std::function<bool(const SearchedDocument&, std::uint64_t occurrences)>& found);

}  // namespace hartonomous::store
