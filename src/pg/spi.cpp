// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/spi.hpp"

namespace hartonomous::pg {

namespace {

void expect(int code, const char* step) {
  if (code < 0) elog(ERROR, "%s: %s", step, SPI_result_code_string(code));
}

}  // namespace

int Spi::open_ = 0;

Spi::Spi() {
  settings_level_ = call([] {
    expect(SPI_connect(), "SPI_connect");
    const int level = NewGUCNestLevel();
    set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
                      GUC_ACTION_SAVE, true, 0, false);
    return level;
  });
  ++open_;
}

Spi::~Spi() {
  // While an exception passes, transaction abort closes the connection: the error being carried may
  // live in SPI's memory.
  if (std::uncaught_exceptions() > exceptions_) return;
  AtEOXact_GUC(true, settings_level_);
  SPI_finish();
  --open_;
}

void Spi::finish_down_to(int count) {
  for (; open_ > count; --open_) call([] { SPI_finish(); });
}

Rows Spi::query(Statement& s, const Parameters& p) { return run(s, p, true); }
Rows Spi::execute(Statement& s, const Parameters& p) { return run(s, p, false); }

Rows Spi::run(Statement& statement, const Parameters& p, bool read_only) {
  Rows rows;
  call([&] {
    if (statement.plan_ == nullptr) {
      SPIPlanPtr plan = SPI_prepare(statement.sql_, static_cast<int>(p.types_.size()),
                                    const_cast<Oid*>(p.types_.data()));
      if (plan == nullptr) expect(SPI_result, "SPI_prepare");
      expect(SPI_keepplan(plan), "SPI_keepplan");
      statement.plan_ = plan;
    }
    expect(SPI_execute_plan(statement.plan_, const_cast<Datum*>(p.values_.data()), p.nulls_.data(),
                            read_only, 0),
           "SPI_execute_plan");
    rows.table_ = SPI_tuptable;
    rows.count_ = SPI_processed;
  });
  return rows;
}

Rows Spi::execute_once(const std::string& sql, const Parameters& p) {
  Rows rows;
  call([&] {
    expect(SPI_execute_with_args(sql.c_str(), static_cast<int>(p.types_.size()),
                                 const_cast<Oid*>(p.types_.data()),
                                 const_cast<Datum*>(p.values_.data()), p.nulls_.data(), false, 0),
           "SPI_execute_with_args");
    rows.table_ = SPI_tuptable;
    rows.count_ = SPI_processed;
  });
  return rows;
}

Datum Rows::datum(std::size_t row, int column) const {
  bool is_null = false;
  return call(
      [&] { return SPI_getbinval(table_->vals[row], table_->tupdesc, column + 1, &is_null); });
}

bool Rows::is_null(std::size_t row, int column) const {
  bool is_null = false;
  call([&] { SPI_getbinval(table_->vals[row], table_->tupdesc, column + 1, &is_null); });
  return is_null;
}

std::int64_t Rows::int8(std::size_t r, int c) const { return DatumGetInt64(datum(r, c)); }
std::int32_t Rows::int4(std::size_t r, int c) const { return DatumGetInt32(datum(r, c)); }
bool Rows::boolean(std::size_t r, int c) const { return DatumGetBool(datum(r, c)); }
double Rows::float8(std::size_t r, int c) const { return DatumGetFloat8(datum(r, c)); }
std::string_view Rows::text(std::size_t r, int c) const { return text_view(datum(r, c)); }
core::Bytes Rows::bytea(std::size_t r, int c) const { return bytea_view(datum(r, c)); }

}  // namespace hartonomous::pg
