// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/result_set.hpp"

namespace hartonomous::pg {

namespace {

constexpr std::size_t kMaxColumns = 64;

struct Row {
  Datum values[kMaxColumns];
  bool nulls[kMaxColumns];
};

Row unpack(std::span<const std::optional<Datum>> from) {
  Row row{};
  for (std::size_t i = 0; i < from.size() && i < kMaxColumns; ++i) {
    row.nulls[i] = !from[i].has_value();
    row.values[i] = from[i].value_or(0);
  }
  return row;
}

}  // namespace

ResultSet::ResultSet(FunctionCallInfo fcinfo)
    : info_(reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo)) {
  call([&] { InitMaterializedSRF(fcinfo, 0); });
}

void ResultSet::put(std::span<const std::optional<Datum>> values) {
  Row row = unpack(values);
  call([&] { tuplestore_putvalues(info_->setResult, info_->setDesc, row.values, row.nulls); });
}

RowMemory::RowMemory() : caller_(CurrentMemoryContext) {
  own_ = call([] {
    return AllocSetContextCreate(CurrentMemoryContext, "hartonomous row", ALLOCSET_SMALL_SIZES);
  });
  MemoryContextSwitchTo(own_);
}

RowMemory::~RowMemory() {
  MemoryContextSwitchTo(caller_);
  MemoryContextDelete(own_);
}

Datum record_datum(FunctionCallInfo fcinfo, std::span<const std::optional<Datum>> values) {
  Row row = unpack(values);
  return call([&] {
    TupleDesc shape;
    if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE) {
      elog(ERROR, "return type must be a row type");
    }
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(shape), row.values, row.nulls));
  });
}

}  // namespace hartonomous::pg
