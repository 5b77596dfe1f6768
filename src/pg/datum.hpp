// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Between Datums and C++ values. Functions that allocate do so with palloc in the current memory
// context, under call(); views borrow the Datum's memory.
#pragma once

#include "core/base/cursor.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::pg {

Datum text_datum(std::string_view value);
Datum bytea_datum(core::Bytes value);
Datum int8_array_datum(std::span<const std::int64_t> values);
Datum int4_array_datum(std::span<const std::int32_t> values);
Datum float4_array_datum(std::span<const float> values);  // REQUIRES: fewer than 2^28 values
Datum float8_array_datum(std::span<const double> values);
Datum text_array_datum(std::span<const std::string_view> values);
// Elements are borrowed only until the call returns.
Datum bytea_array_datum(std::span<const core::Bytes> values);

// Gives back the memory of one of these.
void free_datum(Datum value);

// A text or bytea argument, detoasted; the view lives as long as the current memory context.
std::string_view text_view(Datum value);
core::Bytes bytea_view(Datum value);
// A one-dimensional bigint[] without NULLs; Code::kInvalidArgument otherwise.
std::vector<std::int64_t> int8_array(Datum value);
std::vector<std::int32_t> int4_array(Datum value);  // the same of integer[]

// Arguments of a SQL function by position.
class Arguments {
 public:
  explicit Arguments(FunctionCallInfo call) noexcept : call_(call) {}
  bool is_null(int i) const noexcept { return call_->nargs <= i || call_->args[i].isnull; }
  std::int64_t int8(int i) const noexcept { return DatumGetInt64(call_->args[i].value); }
  std::int32_t int4(int i) const noexcept { return DatumGetInt32(call_->args[i].value); }
  float float4(int i) const noexcept { return DatumGetFloat4(call_->args[i].value); }
  bool boolean(int i) const noexcept { return DatumGetBool(call_->args[i].value); }
  std::string_view text(int i) const { return text_view(call_->args[i].value); }
  core::Bytes bytea(int i) const { return bytea_view(call_->args[i].value); }
  Datum datum(int i) const noexcept { return call_->args[i].value; }
  // The text argument, or `fallback` when it is NULL.
  std::string_view text_or(int i, std::string_view fallback) const {
    return is_null(i) ? fallback : text(i);
  }
  // Raises kInvalidArgument naming the parameter if argument i is NULL.
  void require(int i, const char* parameter) const;

 private:
  FunctionCallInfo call_;
};

}  // namespace hartonomous::pg
