// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The table hartonomous.document for many texts at once: which of them a tenant has, and rows for
// the others. All of it under pg::OwnerRights.
#pragma once

#include "core/base/checkpoint.hpp"
#include "core/hash/sha256.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

// A text on its way to becoming a document. Borrows its strings.
struct TextRow {
  std::string_view content, title;
  core::hash::Sha256Digest sha256;
  std::int64_t atom_id = 0;  // 0: not known yet
  bool is_stored = false;    // the tenant has this text under this title
};

// Row numbers in ascending order of (sha256, position). O(n log n).
std::vector<std::uint32_t> in_digest_order(std::span<const TextRow> rows,
                                           core::Checkpoint& checkpoint);

// The end of the rows from by_digest[begin] on that have the same text.
std::size_t end_of_same_text(std::span<const TextRow> rows,
                             std::span<const std::uint32_t> by_digest, std::size_t begin) noexcept;

// Looks the texts up among the tenant's documents, as committed now or made by this transaction.
// Sets is_stored where title and text are known, and atom_id where the text is known and was cut
// by the rules in force. Texts are equal if their SHA-256 is. REQUIRES: a lock on hartonomous.atom,
// so that no atom found here is collected.
void find_documents(std::int64_t tenant, std::span<TextRow> rows,
                    std::span<const std::uint32_t> by_digest, core::Checkpoint& checkpoint);

// Adds a document for each row that is not stored, in order; document_id ascends. Returns how many.
// REQUIRES: their atom_id is set, titles have at most 1000 bytes, the tenant's row and
// hartonomous.atom are locked: foreign keys are not checked again.
std::size_t add_documents(std::int64_t tenant, std::string_view author,
                          std::span<const TextRow> rows, std::span<const std::uint32_t> by_digest,
                          core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
