// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/cursor.hpp"

#include <algorithm>

extern "C" {
#include "access/detoast.h"
#include "parser/parse_coerce.h"
#include "utils/fmgrprotos.h"
}

namespace hartonomous::pg {

namespace {

void expect(int code, const char* step) {
  if (code < 0) elog(ERROR, "%s: %s", step, SPI_result_code_string(code));
}

Portal open_portal(const std::string& query, bool is_read_only) {
  const SPIPlanPtr plan = SPI_prepare_cursor(query.c_str(), 0, nullptr, CURSOR_OPT_NO_SCROLL);
  if (plan == nullptr) expect(SPI_result, "SPI_prepare_cursor");
  if (!SPI_is_cursor_plan(plan)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_CURSOR_DEFINITION),
                    errmsg("the text is not one query that returns rows"),
                    errhint("Give one SELECT, without another statement.")));
  }
  const Portal portal = SPI_cursor_open(nullptr, plan, nullptr, nullptr, is_read_only);
  SPI_freeplan(plan);
  return portal;
}

std::uint64_t guess_bytes(Portal portal) {
  constexpr double kMost = 1e15;
  double bytes = 0;
  ListCell* cell;
  foreach (cell, portal->stmts) {
    const auto* statement = lfirst_node(PlannedStmt, cell);
    if (statement->planTree == nullptr) continue;
    bytes += statement->planTree->plan_rows * statement->planTree->plan_width;
  }
  return static_cast<std::uint64_t>(std::clamp(bytes, 0.0, kMost));
}

}  // namespace

Cursor::Cursor(std::string_view query, Effects effects) {
  const std::string sql(query);
  call([&] {
    expect(SPI_connect(), "SPI_connect");
    portal_ = open_portal(sql, effects == Effects::kNone);
    columns_ = portal_->tupDesc->natts;
    estimated_bytes_ = guess_bytes(portal_);
    values_ =
        AllocSetContextCreate(CurrentMemoryContext, "hartonomous cursor", ALLOCSET_DEFAULT_SIZES);
  });
}

Cursor::~Cursor() {
  // While an exception passes, transaction abort closes the connection: the error being carried may
  // live in SPI's memory.
  if (std::uncaught_exceptions() > exceptions_) return;
  SPI_finish();
}

bool Cursor::is_text(int column) const {
  return call([&] {
    return IsBinaryCoercible(TupleDescAttr(portal_->tupDesc, column)->atttypid, TEXTOID);
  });
}

Oid Cursor::type(int column) const {
  const TupleDesc row = rows_ != nullptr ? rows_->tupdesc : portal_->tupDesc;
  return getBaseType(TupleDescAttr(row, column)->atttypid);
}

bool Cursor::is_boolean(int column) const {
  return call([&] { return type(column) == BOOLOID; });
}

bool Cursor::is_integer(int column) const {
  const Oid found = call([&] { return type(column); });
  return found == INT2OID || found == INT4OID || found == INT8OID;
}

bool Cursor::is_number(int column) const {
  if (is_integer(column)) return true;
  const Oid found = call([&] { return type(column); });
  return found == FLOAT4OID || found == FLOAT8OID || found == NUMERICOID;
}

std::size_t Cursor::fetch(std::size_t most) {
  return call([&] {
    if (rows_ != nullptr) SPI_freetuptable(rows_);
    rows_ = nullptr;
    MemoryContextReset(values_);
    if (portal_ == nullptr) return std::size_t{0};
    SPI_cursor_fetch(portal_, true, static_cast<long>(most));
    rows_ = SPI_tuptable;
    const std::size_t count = SPI_processed;
    if (count == 0) {
      SPI_cursor_close(portal_);
      portal_ = nullptr;
    }
    return count;
  });
}

bool Cursor::is_null(std::size_t row, int column) const {
  bool is_null = false;
  call([&] { SPI_getbinval(rows_->vals[row], rows_->tupdesc, column + 1, &is_null); });
  return is_null;
}

bool Cursor::boolean(std::size_t row, int column) const {
  bool is_null = false;
  return call([&] {
    return DatumGetBool(SPI_getbinval(rows_->vals[row], rows_->tupdesc, column + 1, &is_null));
  });
}

std::int64_t Cursor::int8(std::size_t row, int column) const {
  return call([&] {
    bool is_null = false;
    const Datum value = SPI_getbinval(rows_->vals[row], rows_->tupdesc, column + 1, &is_null);
    switch (type(column)) {
      case INT2OID:
        return std::int64_t{DatumGetInt16(value)};
      case INT4OID:
        return std::int64_t{DatumGetInt32(value)};
      default:
        return DatumGetInt64(value);
    }
  });
}

double Cursor::float8(std::size_t row, int column) const {
  return call([&] {
    bool is_null = false;
    const Datum value = SPI_getbinval(rows_->vals[row], rows_->tupdesc, column + 1, &is_null);
    switch (type(column)) {
      case INT2OID:
        return static_cast<double>(DatumGetInt16(value));
      case INT4OID:
        return static_cast<double>(DatumGetInt32(value));
      case INT8OID:
        return static_cast<double>(DatumGetInt64(value));
      case FLOAT4OID:
        return static_cast<double>(DatumGetFloat4(value));
      case FLOAT8OID:
        return DatumGetFloat8(value);
      default:
        return DatumGetFloat8(DirectFunctionCall1(numeric_float8, value));
    }
  });
}

std::size_t Cursor::text_length(std::size_t row, int column) const {
  return call([&] {
    bool is_null = false;
    const Datum value = SPI_getbinval(rows_->vals[row], rows_->tupdesc, column + 1, &is_null);
    return is_null ? Size{0} : toast_raw_datum_size(value) - VARHDRSZ;
  });
}

std::string_view Cursor::text(std::size_t row, int column) const {
  return call([&] {
    if (row != row_of_values_) MemoryContextReset(values_);
    row_of_values_ = row;
    const MemoryContext caller = MemoryContextSwitchTo(values_);
    bool is_null = false;
    const Datum value = SPI_getbinval(rows_->vals[row], rows_->tupdesc, column + 1, &is_null);
    const auto* packed = pg_detoast_datum_packed(reinterpret_cast<struct varlena*>(value));
    MemoryContextSwitchTo(caller);
    return std::string_view(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed));
  });
}

}  // namespace hartonomous::pg
