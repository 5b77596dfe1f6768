// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The words that relations name: atoms, found by their spelling in hartonomous.edge_word. The empty
// spelling is the empty composition, which stands for the end and the beginning of a sentence.
#pragma once

#include <optional>
#include <unordered_map>

#include "core/base/checkpoint.hpp"
#include "pg/index_probe.hpp"

namespace hartonomous::store {

// The atom of each word, stored where it is new. REQUIRES: valid UTF-8, pg::OwnerRights, an active
// snapshot. O(characters).
std::vector<std::int64_t> store_words(std::span<const std::string_view> words,
                                      core::Checkpoint& checkpoint);

// Reads the table both ways. Checks no privileges: what it is asked for comes from evidence that
// the caller may see.
class WordReader {
 public:
  explicit WordReader(pg::IndexProbe::Sees sees = pg::IndexProbe::Sees::kSnapshot);

  // The atom with that spelling, if relations name it.
  std::optional<std::int64_t> find(std::string_view spelling);
  // The spelling of a word; remembered, so a view of it lives as long as the reader. Throws Failure
  // kCorrupt for an atom that is no word.
  std::string_view spelling(std::int64_t atom_id);

 private:
  pg::IndexProbe by_id_, by_spelling_;
  std::unordered_map<std::int64_t, std::string> known_;
};

}  // namespace hartonomous::store
