// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/70_edge/fold.sql: evidence of several sources as one exact state, and what it says.
#include "core/graph/rating.hpp"
#include "pg/aggregate.hpp"
#include "pg/array.hpp"
#include "pg/result_set.hpp"
#include "pg/row_type.hpp"
#include "pg/wide_numeric.hpp"

using namespace hartonomous;

namespace {

using core::graph::Fold;
using core::graph::Wide;
using State = pg::AggregateState<Fold>;

// In the order of the columns of hartonomous.edge_state.
constexpr Wide Fold::*kColumns[] = {
    &Fold::count,        &Fold::total,         &Fold::kept,
    &Fold::sources,      &Fold::log_sum,       &Fold::log_square_sum,
    &Fold::variance_sum, &Fold::witness_count, &Fold::witness_total,
};

Fold fold_argument(const pg::Arguments& arguments, int i) {
  const std::vector<Datum> columns = pg::row_columns(arguments.datum(i), std::size(kColumns));
  Fold fold;
  for (std::size_t c = 0; c < columns.size(); ++c) fold.*kColumns[c] = pg::wide_integer(columns[c]);
  return fold;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_edge_fold_add) {
  const pg::Arguments arguments(fcinfo);
  Fold fold = State::get(fcinfo, 0);
  for (int i = 1; i <= 4; ++i) {
    if (arguments.is_null(i)) return State::put(fcinfo, fold);
  }
  pg::check(core::graph::add(
      fold, {arguments.int8(1), arguments.int8(2), arguments.int8(3), arguments.int4(4)}));
  return State::put(fcinfo, fold);
}

HARTONOMOUS_FUNCTION(hartonomous_edge_fold_combine) {
  return State::put(fcinfo, core::graph::combine(State::get(fcinfo, 0), State::get(fcinfo, 1)));
}

HARTONOMOUS_FUNCTION(hartonomous_edge_fold_serialize) {
  const Fold fold = State::get(fcinfo, 0);
  return pg::bytea_datum(std::as_bytes(std::span(&fold, 1)));
}

HARTONOMOUS_FUNCTION(hartonomous_edge_fold_deserialize) {
  const core::Bytes bytes = pg::Arguments(fcinfo).bytea(0);
  Fold fold;
  if (bytes.size() != sizeof fold) pg::raise({core::Code::kMalformed, "malformed aggregate state"});
  std::memcpy(&fold, bytes.data(), sizeof fold);
  return State::put_new(fcinfo, fold);
}

HARTONOMOUS_FUNCTION(hartonomous_edge_fold_final) {
  const Fold fold = State::get(fcinfo, 0);
  std::vector<std::optional<Datum>> columns;
  for (const auto column : kColumns) columns.emplace_back(pg::numeric_datum(fold.*column));
  return pg::record_datum(fcinfo, columns);
}

HARTONOMOUS_FUNCTION(hartonomous_edge_probability) {
  const pg::Arguments arguments(fcinfo);
  const double mu = DatumGetFloat8(arguments.datum(1));
  if (!(mu > 0)) pg::raise({core::Code::kInvalidArgument, "mu must be above 0"});
  PG_RETURN_FLOAT8(core::graph::edge_probability(fold_argument(arguments, 0), mu,
                                                 DatumGetFloat8(arguments.datum(2))));
}

HARTONOMOUS_FUNCTION(hartonomous_rating_of_probability) {
  PG_RETURN_FLOAT8(core::graph::rating(DatumGetFloat8(pg::Arguments(fcinfo).datum(0))));
}

HARTONOMOUS_FUNCTION(hartonomous_probability_of_rating) {
  PG_RETURN_FLOAT8(
      core::graph::probability_of_rating(DatumGetFloat8(pg::Arguments(fcinfo).datum(0))));
}

HARTONOMOUS_FUNCTION(hartonomous_rating_deviation) {
  PG_RETURN_FLOAT8(core::graph::rating_deviation(fold_argument(pg::Arguments(fcinfo), 0)));
}

HARTONOMOUS_FUNCTION(hartonomous_rating_spread) {
  const auto spread = core::graph::heterogeneity(fold_argument(pg::Arguments(fcinfo), 0));
  const std::optional<Datum> row[] = {Float8GetDatum(spread.tau_squared),
                                      Float8GetDatum(spread.i_squared)};
  return pg::record_datum(fcinfo, row);
}
