// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A query that the caller wrote, read row by row: with his rights, his search_path and his
// snapshot, through a cursor, so that memory does not grow with the result.
#pragma once

#include <optional>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// Opens at construction; REQUIRES: no OwnerRights while it lives, and that it is destroyed before
// an Spi that was opened before it. The query must be one SELECT (or VALUES, TABLE, WITH) of one
// column of a text type that writes nothing: else kInvalidArgument, or the server's own error.
class TextCursor {
 public:
  // `parameter` names the argument in messages.
  TextCursor(const std::string& query, const char* parameter);
  ~TextCursor();
  TextCursor(const TextCursor&) = delete;
  TextCursor& operator=(const TextCursor&) = delete;

  // Fetches the next rows, up to 10 000; false at the end.
  bool fetch();
  std::size_t count() const noexcept { return count_; }
  // Nothing for NULL. Valid until the next row() or fetch().
  std::optional<std::string_view> row(std::size_t i) const;

 private:
  int exceptions_ = std::uncaught_exceptions();
  Portal portal_ = nullptr;
  MemoryContext scratch_ = nullptr;  // holds a row that had to be decompressed
  std::size_t count_ = 0;
};

}  // namespace hartonomous::pg
