// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/user_function.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_proc.h"
#include "utils/syscache.h"
}

namespace hartonomous::pg {

namespace {

using core::Code;
using core::Status;

void expect(int code, const char* step) {
  if (code < 0) elog(ERROR, "%s: %s", step, SPI_result_code_string(code));
}

std::string type_list(std::span<const Oid> types) {
  std::string list;
  for (const Oid type : types) {
    if (!list.empty()) list += ", ";
    list += call([&] { return format_type_be(type); });
  }
  return list;
}

bool fits(Oid function, std::span<const Oid> arguments, Oid result) {
  struct Signature {
    Oid result;
    Oid* arguments;
    int count;
  };
  const Signature has = call([&] {
    Signature found{InvalidOid, nullptr, 0};
    if (!SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(function))) return found;
    if (get_func_retset(function) || get_func_prokind(function) != PROKIND_FUNCTION) return found;
    found.result = get_func_signature(function, &found.arguments, &found.count);
    return found;
  });
  return has.result == result &&
         std::ranges::equal(arguments,
                            std::span(has.arguments, static_cast<std::size_t>(has.count)));
}

std::string call_of(Oid function, std::size_t arguments) {
  std::string sql = "SELECT ";
  sql += call([&] {
    return quote_qualified_identifier(get_namespace_name(get_func_namespace(function)),
                                      get_func_name(function));
  });
  for (std::size_t i = 0; i < arguments; ++i) {
    sql += i == 0 ? "($" : ", $";
    sql += std::to_string(i + 1);
  }
  return sql += ")";
}

}  // namespace

UserFunction::UserFunction(Oid function, const char* parameter,
                           std::initializer_list<Oid> arguments, Oid result)
    : parameter_(parameter) {
  const std::span<const Oid> types(arguments.begin(), arguments.size());
  if (!fits(function, types, result)) {
    raise(Status(Code::kInvalidArgument, std::string(parameter) + " is not such a function")
              .with_hint("It takes (" + type_list(types) + ") and returns " +
                         type_list(std::span(&result, 1)) + "."));
  }
  const std::string sql = call_of(function, types.size());
  call([&] {
    expect(SPI_connect(), "SPI_connect");
    plan_ =
        SPI_prepare(sql.c_str(), static_cast<int>(types.size()), const_cast<Oid*>(types.data()));
    if (plan_ == nullptr) expect(SPI_result, "SPI_prepare");
    memory_ = AllocSetContextCreate(CurrentMemoryContext, "hartonomous user function",
                                    ALLOCSET_SMALL_SIZES);
  });
}

UserFunction::~UserFunction() {
  // While an exception passes, transaction abort closes the connection: the error being carried may
  // live in SPI's memory.
  if (std::uncaught_exceptions() > exceptions_) return;
  SPI_finish();
}

void UserFunction::refuse(const char* what) const {
  raise({Code::kInvalidArgument, std::string(parameter_) + " returned " + what});
}

Datum UserFunction::result_of(std::span<const Datum> arguments) {
  bool is_null = true;
  const Datum result = call([&] {
    MemoryContextReset(memory_);
    expect(SPI_execute_plan(plan_, const_cast<Datum*>(arguments.data()), nullptr, true, 1),
           "SPI_execute_plan");
    Datum value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
    if (!is_null) {
      const Oid type = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
      const MemoryContext caller = MemoryContextSwitchTo(memory_);
      value = type == FLOAT8OID ? value : PointerGetDatum(DatumGetArrayTypePCopy(value));
      MemoryContextSwitchTo(caller);
    }
    SPI_freetuptable(SPI_tuptable);
    return value;
  });
  if (is_null) refuse("NULL");
  return result;
}

double UserFunction::float8(std::span<const Datum> arguments) {
  return DatumGetFloat8(result_of(arguments));
}

std::vector<double> UserFunction::float8s(std::span<const Datum> arguments) {
  const FloatArray array(result_of(arguments));
  if (array.has_nulls()) refuse("a NULL");
  if (array.dimensions() > 1) refuse("an array of more than one dimension");
  std::vector<double> values;
  array.append_to(values);
  return values;
}

}  // namespace hartonomous::pg
