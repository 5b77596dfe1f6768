// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// SQL from C++, through the server programming interface. Statements are prepared once per session
// and keep their plans; parameters are typed; names in them are schema-qualified, and a connection
// pins search_path to pg_catalog so that operators resolve to PostgreSQL's own.
//
//   static pg::Statement find("SELECT tensor_id FROM hartonomous.tensor WHERE tensor_hash = $1");
//   pg::Spi spi;
//   const pg::Rows rows = spi.query(find, pg::Parameters().bytea(hash));
//   if (rows.count() == 1) use(rows.int8(0, 0));
//
// Rows live until the Spi is destroyed. Connections nest. Not thread-safe, as nothing in a backend.
#pragma once

#include <optional>

#include "pg/datum.hpp"

namespace hartonomous::pg {

class Parameters {
 public:
  Parameters& int8(std::int64_t v) { return add(INT8OID, Int64GetDatum(v)); }
  Parameters& int8(std::optional<std::int64_t> v) { return v ? int8(*v) : add_null(INT8OID); }
  Parameters& int4(std::int32_t v) { return add(INT4OID, Int32GetDatum(v)); }
  Parameters& boolean(bool v) { return add(BOOLOID, BoolGetDatum(v)); }
  Parameters& float8(double v) { return add(FLOAT8OID, Float8GetDatum(v)); }
  Parameters& timestamptz(TimestampTz v) { return add(TIMESTAMPTZOID, TimestampTzGetDatum(v)); }
  Parameters& text(std::string_view v) { return add(TEXTOID, text_datum(v)); }
  Parameters& bytea(core::Bytes v) { return add(BYTEAOID, bytea_datum(v)); }
  Parameters& int8s(std::span<const std::int64_t> v) {
    return add(INT8ARRAYOID, int8_array_datum(v));
  }
  Parameters& int4s(std::span<const std::int32_t> v) {
    return add(INT4ARRAYOID, int4_array_datum(v));
  }
  Parameters& float8s(std::span<const double> v) {
    return add(FLOAT8ARRAYOID, float8_array_datum(v));
  }
  Parameters& texts(std::span<const std::string_view> v) {
    return add(TEXTARRAYOID, text_array_datum(v));
  }
  Parameters& byteas(std::span<const core::Bytes> v) {
    return add(BYTEAARRAYOID, bytea_array_datum(v));
  }
  Parameters& null(Oid type) { return add_null(type); }

 private:
  friend class Spi;
  Parameters& add(Oid type, Datum value) {
    types_.push_back(type);
    values_.push_back(value);
    nulls_.push_back(' ');
    return *this;
  }
  Parameters& add_null(Oid type) {
    add(type, 0);
    nulls_.back() = 'n';
    return *this;
  }
  std::vector<Oid> types_;
  std::vector<Datum> values_;
  std::vector<char> nulls_;
};

// One SQL text with its saved plan. Declare it `static`: the plan lives as long as the session, and
// the parameter types are those of the first execution.
class Statement {
 public:
  explicit constexpr Statement(const char* sql) noexcept : sql_(sql) {}

 private:
  friend class Spi;
  const char* sql_;
  SPIPlanPtr plan_ = nullptr;
};

class Rows {
 public:
  std::size_t count() const noexcept { return count_; }  // rows returned or changed
  bool is_null(std::size_t row, int column) const;
  std::int64_t int8(std::size_t row, int column) const;
  std::int32_t int4(std::size_t row, int column) const;
  bool boolean(std::size_t row, int column) const;
  double float8(std::size_t row, int column) const;
  std::string_view text(std::size_t row, int column) const;
  core::Bytes bytea(std::size_t row, int column) const;
  Datum datum(std::size_t row, int column) const;

 private:
  friend class Spi;
  SPITupleTable* table_ = nullptr;
  std::size_t count_ = 0;
};

class Spi {
 public:
  Spi();
  ~Spi();
  Spi(const Spi&) = delete;
  Spi& operator=(const Spi&) = delete;

  // Sees the caller's snapshot, changes nothing.
  Rows query(Statement& statement, const Parameters& parameters = {});
  // Sees its own effects and those committed meanwhile (in READ COMMITTED).
  Rows execute(Statement& statement, const Parameters& parameters = {});
  // How many were made and not finished: those that live, and those that exceptions left open for
  // the transaction's abort to close.
  static int open() noexcept { return open_; }
  // Closes them down to `count`. REQUIRES: an abort is next, and none of them lives.
  static void finish_down_to(int count);

  // For statements whose text is not constant. Every name in it must come from quote_identifier.
  Rows execute_once(const std::string& sql, const Parameters& parameters = {});

 private:
  Rows run(Statement& statement, const Parameters& parameters, bool read_only);

  static int open_;
  int exceptions_ = std::uncaught_exceptions();
  int settings_level_ = 0;
};

}  // namespace hartonomous::pg
