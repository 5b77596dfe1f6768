// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/query_cursor.hpp"

namespace hartonomous::pg {

namespace {

constexpr long kRowsPerFetch = 10'000;

bool is_text_type(Oid type) noexcept {
  return type == TEXTOID || type == VARCHAROID || type == BPCHAROID;
}

// Runs under a guard.
SPIPlanPtr prepare(const char* query, const char* parameter) {
  SPIPlanPtr plan = SPI_prepare(query, 0, nullptr);
  if (plan == nullptr || !SPI_is_cursor_plan(plan)) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s is not a query", parameter),
             errhint("Give one SELECT of one text column.")));
  }
  return plan;
}

}  // namespace

TextCursor::TextCursor(const std::string& query, const char* parameter) {
  portal_ = call([&] {
    if (SPI_connect() < 0) elog(ERROR, "SPI_connect failed");
    scratch_ = AllocSetContextCreate(CurrentMemoryContext, "hartonomous text cursor row",
                                     ALLOCSET_DEFAULT_SIZES);
    SPIPlanPtr plan = prepare(query.c_str(), parameter);
    Portal portal = SPI_cursor_open(nullptr, plan, nullptr, nullptr, true);
    TupleDesc shape = portal->tupDesc;
    if (shape == nullptr || shape->natts != 1 ||
        !is_text_type(getBaseType(TupleDescAttr(shape, 0)->atttypid))) {
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                      errmsg("%s does not return one text column", parameter),
                      errhint("Give one SELECT of one text column.")));
    }
    return portal;
  });
}

TextCursor::~TextCursor() {
  // While an exception passes, transaction abort closes everything.
  if (std::uncaught_exceptions() > exceptions_) return;
  SPI_cursor_close(portal_);
  SPI_finish();
}

bool TextCursor::fetch() {
  call([&] {
    SPI_freetuptable(SPI_tuptable);
    SPI_cursor_fetch(portal_, true, kRowsPerFetch);
    count_ = SPI_processed;
  });
  return count_ > 0;
}

std::optional<std::string_view> TextCursor::row(std::size_t i) const {
  bool is_null = false;
  const text* value = call([&]() -> const text* {
    const Datum stored = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null);
    if (is_null) return nullptr;
    MemoryContextReset(scratch_);
    const MemoryContext caller = MemoryContextSwitchTo(scratch_);
    const text* packed = DatumGetTextPP(stored);
    MemoryContextSwitchTo(caller);
    return packed;
  });
  if (value == nullptr) return std::nullopt;
  return std::string_view(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

}  // namespace hartonomous::pg
