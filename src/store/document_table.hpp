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

// The rows by text: each distinct text is a stretch of `order`.
struct RowsByText {
  std::vector<std::uint32_t> order;   // row numbers, ascending by (sha256, position)
  std::vector<std::uint32_t> begins;  // where in `order` each text begins, and order.size()

  std::size_t texts() const noexcept { return begins.size() - 1; }
  std::span<const std::uint32_t> rows_of(std::size_t text) const noexcept {
    return {order.data() + begins[text], order.data() + begins[text + 1]};
  }
};
// O(n log n).
RowsByText rows_by_text(std::span<const TextRow> rows, core::Checkpoint& checkpoint);

// Looks the texts up among the tenant's documents, as committed now or made by this transaction.
// Sets is_stored where title and text are known, and atom_id where the text is known and was cut
// by the rules in force. Documents of a vocabulary's tokens are passed over. Texts are equal if
// their SHA-256 is. REQUIRES: a lock on hartonomous.atom, so that no atom found here is collected.
void find_documents(std::int64_t tenant, std::span<TextRow> rows, const RowsByText& by_text,
                    core::Checkpoint& checkpoint);

// Adds a document for each row that is not stored, in order; document_id ascends. Returns how many.
// REQUIRES: their atom_id is set, titles have at most 1000 bytes, the tenant's row and
// hartonomous.atom are locked: foreign keys are not checked again.
std::size_t add_documents(std::int64_t tenant, std::string_view author,
                          std::span<const TextRow> rows, const RowsByText& by_text,
                          core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
