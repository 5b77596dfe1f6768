// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/row_stream.hpp"

namespace hartonomous::pg::detail {

namespace {

constexpr std::size_t kMaxColumns = 16;

FuncCallContext* context_of(FunctionCallInfo fcinfo) {
  return static_cast<FuncCallContext*>(fcinfo->flinfo->fn_extra);
}
ReturnSetInfo* info_of(FunctionCallInfo fcinfo) {
  return reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
}

}  // namespace

FuncCallContext* begin_stream(FunctionCallInfo fcinfo) {
  return call([fcinfo] {
    FuncCallContext* const context = init_MultiFuncCall(fcinfo);
    MemoryContext caller = MemoryContextSwitchTo(context->multi_call_memory_ctx);
    TupleDesc shape;
    if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE) {
      elog(ERROR, "return type must be a row type");
    }
    context->tuple_desc = BlessTupleDesc(shape);
    MemoryContextSwitchTo(caller);
    return context;
  });
}

Datum stream_row(FunctionCallInfo fcinfo, std::span<const std::optional<Datum>> from) {
  Datum values[kMaxColumns] = {};
  bool nulls[kMaxColumns] = {};
  for (std::size_t i = 0; i < from.size() && i < kMaxColumns; ++i) {
    nulls[i] = !from[i].has_value();
    values[i] = from[i].value_or(0);
  }
  info_of(fcinfo)->isDone = ExprMultipleResult;
  return call([&] {
    return HeapTupleGetDatum(heap_form_tuple(context_of(fcinfo)->tuple_desc, values, nulls));
  });
}

Datum end_stream(FunctionCallInfo fcinfo) {
  call([fcinfo] { end_MultiFuncCall(fcinfo, context_of(fcinfo)); });
  info_of(fcinfo)->isDone = ExprEndResult;
  fcinfo->isnull = true;
  return 0;
}

}  // namespace hartonomous::pg::detail
