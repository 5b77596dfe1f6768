// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Documents: a title for a root atom. What the SQL functions of the text module do.
//
// The row of hartonomous.document is read and written as the caller, so privileges and row security
// decide who may; atoms are then read and written without further checks.
#pragma once

#include "core/base/checkpoint.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

// Stores `content` and returns the new document_id. Throws Failure kBadEncoding for invalid UTF-8.
std::int64_t ingest_text(std::string_view content, std::string_view title);

// The text of a document or an atom as a `text` value in the current memory context. Throws Failure
// kNotFound, kCorrupt, or kLimitExceeded beyond 1 GB.
Datum document_text(std::int64_t document_id);
Datum atom_text(std::int64_t atom_id);

// Throws Failure kNotFound.
void delete_document(std::int64_t document_id);

}  // namespace hartonomous::store
