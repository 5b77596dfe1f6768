// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Documents: a title for a root atom. What the SQL functions of the text module do.
//
// Tenant and document are looked up as the caller, so privileges and row security decide who may;
// what follows is done with the rights of the extension's owner.
#pragma once

#include <optional>

#include "pg/boundary.hpp"

namespace hartonomous::store {

// kInvalidArgument if a document cannot have this title.
core::Status check_title(std::string_view title);

struct TextUpload {
  std::string_view content;
  std::string_view title;
  std::optional<std::string_view> tenant;
  std::string_view source;                                    // shown in ingestion_progress
  std::optional<std::string_view> vocabulary = std::nullopt;  // of whose tokens words are made
};

// Stores a text and returns the new document_id. Throws Failure: kBadEncoding for invalid UTF-8 or
// a NUL, kInvalidArgument for the title, kQuotaExceeded, kNotPermitted; kNotFound and kUnsupported
// for the vocabulary.
std::int64_t ingest_text(const TextUpload& upload);
// The same for a file of the server; also kIoError, kLimitExceeded beyond 1 GB.
std::int64_t ingest_text_file(const std::string& path, std::optional<std::string_view> title,
                              std::optional<std::string_view> tenant);

// The text of a document or an atom as a `text` value in the current memory context. Throws Failure
// kNotFound, kCorrupt, kLimitExceeded beyond 1 GB, or kBadEncoding for an atom that is no text.
Datum document_text(std::int64_t document_id);
Datum atom_text(std::int64_t atom_id);
// The same without asking whether the bytes are text, which those of a token need not be.
Datum atom_bytes(std::int64_t atom_id);

// The root of a document that the caller may see. Throws Failure kNotFound.
std::int64_t document_root(std::int64_t document_id);

// Throws Failure kNotFound.
void delete_document(std::int64_t document_id);

}  // namespace hartonomous::store
