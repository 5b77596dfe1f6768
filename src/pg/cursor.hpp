// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A query that a user wrote: run once, with his rights, his search_path and the transaction's
// snapshot, its rows fetched a stretch at a time.
//
//   pg::Cursor cursor(query);
//   while (const std::size_t rows = cursor.fetch(1000)) {
//     for (std::size_t i = 0; i < rows; ++i) use(cursor.text(i, 0));
//   }
//
// Fetch as the caller: never while pg::OwnerRights live. Other Spi connections may be opened and
// closed between two fetches. Values live until one of another row is asked for, or the next fetch.
#pragma once

#include "pg/boundary.hpp"

namespace hartonomous::pg {

class Cursor {
 public:
  enum class Effects {
    kAllowed,
    kNone,  // for functions that are not volatile: 0A000 if the query writes
  };
  // Raises what PostgreSQL says of the query; 42P11 if it returns no rows.
  explicit Cursor(std::string_view query, Effects effects = Effects::kAllowed);
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  int columns() const noexcept { return columns_; }
  // Of a column's type, with domains seen through. Before the end. The first: whether text() may
  // read it, its type being text or stored as text is.
  bool is_text(int column) const;
  bool is_boolean(int column) const;
  bool is_integer(int column) const;  // smallint, integer or bigint
  bool is_number(int column) const;   // these, real, double precision or numeric
  // The planner's guess at the size of the whole result.
  std::uint64_t estimated_bytes() const noexcept { return estimated_bytes_; }

  // Fetches at most `most` more rows in place of those before; how many came, 0 at the end. Go on
  // until then: that closes the query, which otherwise stays open until the transaction ends.
  std::size_t fetch(std::size_t most);
  bool is_null(std::size_t row, int column) const;
  // REQUIRES: is_boolean(column), !is_null(row, column).
  bool boolean(std::size_t row, int column) const;
  // REQUIRES: is_integer(column), !is_null(row, column).
  std::int64_t int8(std::size_t row, int column) const;
  // REQUIRES: is_number(column), !is_null(row, column).
  double float8(std::size_t row, int column) const;
  // Bytes of the text, which is not fetched if it is out of line; 0 for NULL. REQUIRES:
  // is_text(column).
  std::size_t text_length(std::size_t row, int column) const;
  // REQUIRES: is_text(column), !is_null(row, column).
  std::string_view text(std::size_t row, int column) const;

 private:
  Oid type(int column) const;  // under call()

  int exceptions_ = std::uncaught_exceptions();
  Portal portal_ = nullptr;
  SPITupleTable* rows_ = nullptr;
  MemoryContext values_ = nullptr;  // what detoasting made of one row
  mutable std::size_t row_of_values_ = 0;
  int columns_ = 0;
  std::uint64_t estimated_bytes_ = 0;
};

}  // namespace hartonomous::pg
