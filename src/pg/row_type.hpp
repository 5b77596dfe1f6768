// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Values of a row type, for functions that are called once per row of a large table: the type's
// shape is looked up once per call site, not once per call (record_datum() does the latter).
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

class RowType {
 public:
  // The row type that the function now called returns; kept in its FmgrInfo.
  // REQUIRES: nothing else uses fn_extra.
  static RowType of_result(FunctionCallInfo call);
  // The row type of column `column` (from 0) of the rows that a set-returning function returns.
  static RowType of_result_column(FunctionCallInfo call, int column);

  // A row of the given column values, none of them NULL, in the current memory context.
  template <class... V>
  Datum make(V... values) const {
    std::array<Datum, sizeof...(V)> all{values...};
    return form(all.data(), sizeof...(V));
  }

 private:
  explicit RowType(TupleDesc shape) noexcept : shape_(shape) {}
  Datum form(Datum* values, int count) const;

  TupleDesc shape_;
};

// The two bigints of a (bigint, bigint) row value; nothing if either is NULL.
std::optional<std::array<std::int64_t, 2>> int8_pair(Datum row);

// The columns of a row value, `count` of them. Throws Failure kInvalidArgument for another number
// and for a NULL. The Datums borrow the current memory context.
std::vector<Datum> row_columns(Datum row, std::size_t count);

// The same of a row that may have NULLs.
std::vector<std::optional<Datum>> nullable_row_columns(Datum row, std::size_t count);

}  // namespace hartonomous::pg
