// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Rows made one by one, each when the executor asks for it, for sets whose rows are dear: where a
// plan wants no more rows, no more are made. (It asks one by one in the SELECT list; a function in
// FROM is read to its end first, by PostgreSQL's own rule.)
//
//   return pg::stream_rows<Generator>(fcinfo, [&] { return Generator(...); },
//       [](Generator& generator) -> std::optional<pg::RowValues<2>> { ... nullopt at the end ...
//       });
#pragma once

#include <array>
#include <optional>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

template <std::size_t N>
using RowValues = std::array<std::optional<Datum>, N>;  // nullopt = NULL

namespace detail {

FuncCallContext* begin_stream(FunctionCallInfo call);
Datum stream_row(FunctionCallInfo call, std::span<const std::optional<Datum>> values);
Datum end_stream(FunctionCallInfo call);

}  // namespace detail

// One call of a set-returning function that returns a row type. make() gives the State at the first
// call; it lives until the set ends or the executor wants no more of it, and its destructor must
// not call PostgreSQL. Values that next() makes need live only until the row is made.
template <class State, class Make, class Next>
Datum stream_rows(FunctionCallInfo fcinfo, Make make, Next next) {
  if (fcinfo->flinfo->fn_extra == nullptr) {
    State first = make();
    FuncCallContext* const begun = detail::begin_stream(fcinfo);
    begun->user_fctx = owned_by<State>(begun->multi_call_memory_ctx, std::move(first));
  }
  auto* const context = static_cast<FuncCallContext*>(fcinfo->flinfo->fn_extra);
  const auto row = next(*static_cast<State*>(context->user_fctx));
  return row ? detail::stream_row(fcinfo, *row) : detail::end_stream(fcinfo);
}

}  // namespace hartonomous::pg
