// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/row_type.hpp"

extern "C" {
#include "utils/typcache.h"
}

namespace hartonomous::pg {

namespace {

TupleDesc result_shape(FunctionCallInfo fcinfo) {
  TupleDesc shape;
  if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "return type must be a row type");
  }
  return shape;
}

}  // namespace

RowType RowType::of_result(FunctionCallInfo fcinfo) {
  FmgrInfo* site = fcinfo->flinfo;
  if (site->fn_extra == nullptr) {
    call([&] {
      const MemoryContext caller = MemoryContextSwitchTo(site->fn_mcxt);
      site->fn_extra = BlessTupleDesc(result_shape(fcinfo));
      MemoryContextSwitchTo(caller);
    });
  }
  return RowType(static_cast<TupleDesc>(site->fn_extra));
}

RowType RowType::of_result_column(FunctionCallInfo fcinfo, int column) {
  return RowType(call([&] {
    const TupleDesc row = result_shape(fcinfo);
    return lookup_rowtype_tupdesc_copy(TupleDescAttr(row, column)->atttypid, -1);
  }));
}

Datum RowType::form(Datum* values, int count) const {
  constexpr int kMostColumns = 16;
  const bool nulls[kMostColumns] = {};
  if (count > kMostColumns || count != shape_->natts) {
    raise({core::Code::kWrongState, "row type does not have the expected number of columns"});
  }
  return call(
      [&] { return HeapTupleGetDatum(heap_form_tuple(shape_, values, const_cast<bool*>(nulls))); });
}

std::optional<std::array<std::int64_t, 2>> int8_pair(Datum row) {
  struct Pair {
    Datum values[2];
    bool nulls[2];
  };
  const Pair pair = call([&] {
    const HeapTupleHeader header = DatumGetHeapTupleHeader(row);
    Pair p;
    for (int i = 0; i < 2; ++i) {
      p.values[i] = GetAttributeByNum(header, static_cast<AttrNumber>(i + 1), &p.nulls[i]);
    }
    return p;
  });
  if (pair.nulls[0] || pair.nulls[1]) return std::nullopt;
  return std::array{DatumGetInt64(pair.values[0]), DatumGetInt64(pair.values[1])};
}

std::vector<std::optional<Datum>> nullable_row_columns(Datum row, std::size_t count) {
  constexpr std::size_t kMostColumns = 16;
  struct Columns {
    Datum values[kMostColumns];
    bool nulls[kMostColumns];
    bool fits;
  };
  const Columns columns = call([&] {
    const HeapTupleHeader header = DatumGetHeapTupleHeader(row);
    Columns c{};
    c.fits = count <= kMostColumns && HeapTupleHeaderGetNatts(header) == count;
    for (std::size_t i = 0; i < count && c.fits; ++i) {
      c.values[i] = GetAttributeByNum(header, static_cast<AttrNumber>(i + 1), &c.nulls[i]);
    }
    return c;
  });
  if (!columns.fits) {
    raise({core::Code::kInvalidArgument, "row has another number of columns"});
  }
  std::vector<std::optional<Datum>> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!columns.nulls[i]) values[i] = columns.values[i];
  }
  return values;
}

std::vector<Datum> row_columns(Datum row, std::size_t count) {
  std::vector<Datum> values;
  for (const std::optional<Datum>& value : nullable_row_columns(row, count)) {
    if (!value) raise({core::Code::kInvalidArgument, "row has a null"});
    values.push_back(*value);
  }
  return values;
}

}  // namespace hartonomous::pg
