// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Many look-ups in one index of a table of ours, without the executor: a microsecond each on warm
// pages, where a prepared statement takes ten.
//
//   pg::IndexProbe words("edge_word", "edge_word_pkey");
//   words.find({Int64GetDatum(atom_id)});
//   while (words.next()) use(words.value(1));
//
// Reads as the system does: the caller has checked privileges and row security. A hash index may
// give rows with another key: compare. Not thread-safe.
#pragma once

#include <initializer_list>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

class IndexProbe {
 public:
  enum class Sees {
    kSnapshot,  // what the running statement sees
    kLatest,    // what is committed now, and this transaction's own
  };
  // Names within the schema hartonomous. REQUIRES: key columns of type bigint, integer, smallint or
  // text, in a B-tree or hash index; an active snapshot.
  IndexProbe(const char* table, const char* index, Sees sees = Sees::kSnapshot);
  ~IndexProbe();
  IndexProbe(const IndexProbe&) = delete;
  IndexProbe& operator=(const IndexProbe&) = delete;

  // Looks for rows whose first index columns equal `keys`; of a B-tree in its order.
  void find(std::initializer_list<Datum> keys);
  // Goes to the next row found; false after the last.
  bool next();
  // A column (from 0) of the row, not NULL. Valid until the next next() or find().
  Datum value(int column) const;

 private:
  struct Scan;
  Scan* scan_;
};

}  // namespace hartonomous::pg
