// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The word list of the text index in the memory of the session, read once and completed when the
// index grows: batches never change and their numbers never come back. Beyond kMostKept bytes
// it is read anew for each search.
#pragma once

#include <vector>

#include "core/text/word_list.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

class IndexedWords {
 public:
  static constexpr std::size_t kMostKept = 64 << 20;

  // The list as it is now, under the extension owner's rights. Valid until the next call.
  static const IndexedWords& current();

  // Some of the spellings, to tell rare bytes from frequent ones.
  std::string_view sample() const;
  // Appends the pieces of `phrase` around `pivot`; see core::text::find_pieces.
  void find(std::string_view phrase, std::size_t pivot, std::vector<core::text::PhrasePiece>& out,
            core::Checkpoint& checkpoint) const;

 private:
  struct Chunk {
    std::int64_t batch;
    std::int32_t number;
    core::text::WordChunk words;
  };

  void refresh();
  void add_missing(pg::Spi& spi, const pg::Rows& names);

  Oid table_ = InvalidOid;     // another one after DROP and CREATE EXTENSION
  std::vector<Chunk> chunks_;  // by batch and number
  std::size_t bytes_ = 0;
};

}  // namespace hartonomous::store
