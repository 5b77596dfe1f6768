// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/indexed_words.hpp"

#include <algorithm>
#include <utility>

#include "pg/relation.hpp"

namespace hartonomous::store {

namespace {

template <class T>
std::vector<T> numbers(core::Bytes bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

}  // namespace

const IndexedWords& IndexedWords::current() {
  static IndexedWords words;
  words.refresh();
  return words;
}

void IndexedWords::refresh() {
  static pg::Statement list(
      "SELECT batch, chunk FROM hartonomous.text_index_word ORDER BY batch, chunk");
  const Oid table = pg::relation_oid("hartonomous", "text_index_word");
  if (table != table_ || bytes_ > kMostKept) *this = IndexedWords();
  table_ = table;
  pg::Spi spi;
  const pg::Rows names = spi.query(list);
  std::vector<std::pair<std::int64_t, std::int32_t>> wanted;
  for (std::size_t i = 0; i < names.count(); ++i) {
    wanted.emplace_back(names.int8(i, 0), names.int4(i, 1));
  }
  const auto is_gone = [&](const Chunk& chunk) {
    return !std::ranges::binary_search(wanted, std::pair(chunk.batch, chunk.number));
  };
  if (std::ranges::any_of(chunks_, is_gone)) *this = IndexedWords();
  table_ = table;
  if (chunks_.size() != wanted.size()) add_missing(spi, names);
}

void IndexedWords::add_missing(pg::Spi& spi, const pg::Rows& names) {
  static pg::Statement read(
      "SELECT spellings, starts, atom_ids FROM hartonomous.text_index_word "
      "WHERE batch = $1 AND chunk = $2");
  for (std::size_t i = 0; i < names.count(); ++i) {
    const std::int64_t batch = names.int8(i, 0);
    const std::int32_t number = names.int4(i, 1);
    const auto same = [&](const Chunk& c) { return c.batch == batch && c.number == number; };
    if (std::ranges::any_of(chunks_, same)) continue;
    const pg::Rows row = spi.query(read, pg::Parameters().int8(batch).int4(number));
    chunks_.push_back(
        {batch,
         number,
         {std::string(core::as_text(row.bytea(0, 0))), numbers<std::uint32_t>(row.bytea(0, 1)),
          numbers<std::int64_t>(row.bytea(0, 2))}});
    bytes_ += chunks_.back().words.spellings.size() + 12 * chunks_.back().words.atoms.size();
    pg::poll();
  }
}

std::string_view IndexedWords::sample() const {
  if (chunks_.empty()) return {};
  return std::string_view(chunks_[0].words.spellings).substr(0, 1 << 14);
}

void IndexedWords::find(std::string_view phrase, std::size_t pivot,
                        std::vector<core::text::PhrasePiece>& out,
                        core::Checkpoint& checkpoint) const {
  for (const Chunk& chunk : chunks_) {
    pg::check(core::text::find_pieces(chunk.words.spellings, chunk.words.starts, chunk.words.atoms,
                                      phrase, pivot, out));
    checkpoint.reached(0);
  }
}

}  // namespace hartonomous::store
