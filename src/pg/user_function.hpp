// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A function that a user named (regprocedure), called as SELECT f(...) would call it: with his
// rights, search_path and the transaction's snapshot.
//
//   pg::UserFunction f(oid, "function", {FLOAT8OID}, FLOAT8OID);
//   const double y = f.float8(std::array{Float8GetDatum(x)});
#pragma once

#include <initializer_list>

#include "pg/array.hpp"

namespace hartonomous::pg {

class UserFunction {
 public:
  // kInvalidArgument, naming `parameter`, unless the function takes exactly these arguments and
  // returns one `result`, double precision or an array of it. PostgreSQL's errors if the caller may
  // not call it. REQUIRES: called as the caller.
  UserFunction(Oid function, const char* parameter, std::initializer_list<Oid> arguments,
               Oid result);
  ~UserFunction();
  UserFunction(const UserFunction&) = delete;
  UserFunction& operator=(const UserFunction&) = delete;

  // kInvalidArgument if the result is NULL, or has one, or more than one dimension. REQUIRES: that
  // result type; arguments of the types given, not NULL.
  double float8(std::span<const Datum> arguments);
  std::vector<double> float8s(std::span<const Datum> arguments);

 private:
  Datum result_of(std::span<const Datum> arguments);  // until the next call
  [[noreturn]] void refuse(const char* what) const;

  int exceptions_ = std::uncaught_exceptions();
  const char* parameter_;
  SPIPlanPtr plan_ = nullptr;
  MemoryContext memory_ = nullptr;  // of one call's result
};

}  // namespace hartonomous::pg
