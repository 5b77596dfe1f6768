// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The rows a set-returning function gives back, materialised in a tuplestore that spills to disk by
// itself. Values are copied row by row.
//
//   pg::ResultSet out(fcinfo);
//   for (...) out.row(pg::text_datum(path), Int64GetDatum(bytes), std::nullopt);   // nullopt =
//   NULL return out.done();
#pragma once

#include <array>
#include <optional>

#include "pg/datum.hpp"

namespace hartonomous::pg {

class ResultSet {
 public:
  // REQUIRES: the SQL function is declared to return a set of a row type.
  explicit ResultSet(FunctionCallInfo call);

  template <class... V>
  void row(V... values) {
    const std::array<std::optional<Datum>, sizeof...(V)> all{std::optional<Datum>(values)...};
    put(all);
  }
  Datum done() const noexcept { return 0; }

 private:
  void put(std::span<const std::optional<Datum>> values);
  ReturnSetInfo* info_;
};

// Where the values of one row are made: all that is allocated while it lives is freed at its end.
// For sets so large that their values must not pile up until the function returns.
class RowMemory {
 public:
  RowMemory();
  RowMemory(const RowMemory&) = delete;
  RowMemory& operator=(const RowMemory&) = delete;
  ~RowMemory();

 private:
  MemoryContext caller_, own_;
};

// A single row as a composite Datum, for functions that return one record.
Datum record_datum(FunctionCallInfo call, std::span<const std::optional<Datum>> values);

}  // namespace hartonomous::pg
