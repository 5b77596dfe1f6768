// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/70_edge: learning from texts and predicting them.
#include <algorithm>

#include "core/graph/rating.hpp"
#include "pg/array.hpp"
#include "pg/datum.hpp"
#include "pg/result_set.hpp"
#include "store/edge_completion.hpp"
#include "store/edge_held_out.hpp"
#include "store/edge_importer.hpp"
#include "store/edge_learner.hpp"
#include "store/edge_predictor.hpp"

using namespace hartonomous;

namespace {

std::optional<std::string_view> optional_text(const pg::Arguments& arguments, int i) {
  if (arguments.is_null(i)) return std::nullopt;
  return arguments.text(i);
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_learn_edges_from_text) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "corpus");
  arguments.require(1, "order_n");
  arguments.require(2, "domain");
  const store::Learned learned =
      store::learn_text({arguments.text(0), arguments.int4(1), arguments.text(2),
                         optional_text(arguments, 3), optional_text(arguments, 4)});
  const std::optional<Datum> row[] = {
      pg::text_datum(learned.source), Int64GetDatum(learned.sentences),
      Int64GetDatum(learned.words), Int64GetDatum(learned.new_evidence)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_learn_edges) {
  const pg::Arguments arguments(fcinfo);
  constexpr const char* kNames[] = {"evidence", "source", "edge_type", "domain", "kind"};
  for (int i = 0; i < 5; ++i) arguments.require(i, kNames[i]);
  PG_RETURN_INT64(
      store::import_evidence({arguments.text(0), arguments.text(1), arguments.text(2),
                              arguments.text(3), arguments.text(4), optional_text(arguments, 5)}));
}

HARTONOMOUS_FUNCTION(hartonomous_revoke_source) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "source");
  store::revoke_source(arguments.text(0), optional_text(arguments, 1), true);
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_restore_source) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "source");
  store::revoke_source(arguments.text(0), optional_text(arguments, 1), false);
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_refresh_domain) {
  store::refresh_domain(pg::Arguments(fcinfo).text(0));
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_predict_next) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  if (arguments.is_null(0)) return out.done();
  arguments.require(1, "k");
  arguments.require(4, "sentence_start");
  store::Predictor predictor(optional_text(arguments, 2));
  if (!arguments.is_null(3)) predictor.remember(arguments.text(3));
  predictor.read(arguments.text(0), arguments.boolean(4));
  const auto k = static_cast<std::size_t>(std::max(arguments.int4(1), 0));
  for (const store::Successor& successor : predictor.top(k)) {
    out.row(pg::text_datum(predictor.spelling(successor.target)), Int64GetDatum(successor.target),
            Float8GetDatum(successor.probability),
            Float8GetDatum(core::graph::rating(successor.probability)),
            Int32GetDatum(successor.length + 1));
    pg::poll();
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_score_from_graph) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  if (arguments.is_null(0)) return out.done();
  store::Predictor predictor(optional_text(arguments, 1));
  if (!arguments.is_null(2)) predictor.remember(arguments.text(2));
  pg::PollCheckpoint checkpoint;
  store::score_text(
      predictor, arguments.text(0), checkpoint,
      [&](std::int64_t position, std::string_view token, const store::Successor& successor) {
        out.row(Int64GetDatum(position), pg::text_datum(token),
                Float8GetDatum(successor.probability), Int32GetDatum(successor.length + 1));
      });
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_perplexity_from_graph) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0)) PG_RETURN_NULL();
  store::Predictor predictor(optional_text(arguments, 1));
  if (!arguments.is_null(2)) predictor.remember(arguments.text(2));
  pg::PollCheckpoint checkpoint;
  const auto value = store::perplexity(predictor, arguments.text(0), checkpoint);
  if (!value) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(*value);
}

HARTONOMOUS_FUNCTION(hartonomous_complete_from_graph) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0)) PG_RETURN_NULL();
  constexpr const char* kNames[] = {"prompt", "max_tokens", "method", "temperature",
                                    "top_p",  "top_k",      "seed",   "width"};
  for (int i = 1; i < 8; ++i) arguments.require(i, kNames[i]);
  store::Predictor predictor(optional_text(arguments, 8));
  if (!arguments.is_null(9)) predictor.remember(arguments.text(9));
  pg::PollCheckpoint checkpoint;
  const std::string completion = store::complete(
      predictor,
      {arguments.text(0), arguments.int4(1), arguments.text(2), DatumGetFloat8(arguments.datum(3)),
       DatumGetFloat8(arguments.datum(4)), arguments.int4(5), arguments.int8(6), arguments.int4(7)},
      checkpoint);
  return pg::text_datum(completion);
}

HARTONOMOUS_FUNCTION(hartonomous_fit_mixture) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "held_out");
  arguments.require(1, "domain");
  arguments.require(3, "windows");
  store::FitRequest request{arguments.text(0), arguments.text(1), optional_text(arguments, 2), {}};
  for (const Datum window : pg::array_elements(arguments.datum(3), "windows")) {
    // What is below 1 becomes more than may be.
    request.windows.push_back(static_cast<std::uint32_t>(DatumGetInt32(window)));
  }
  const store::Fit fit = store::fit_mixture(request);
  const std::optional<Datum> row[] = {Int64GetDatum(fit.words), Float8GetDatum(fit.before),
                                      Float8GetDatum(fit.after), Float8GetDatum(fit.exponent)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_evaluate_predictions) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "held_out");
  arguments.require(2, "adaptive");
  const store::Judgement judged =
      store::judge(arguments.text(0), optional_text(arguments, 1), arguments.boolean(2));
  const auto number = [](std::optional<double> value) -> std::optional<Datum> {
    if (!value) return std::nullopt;
    return Float8GetDatum(*value);
  };
  const std::optional<Datum> row[] = {Int64GetDatum(judged.words),
                                      Int64GetDatum(judged.unknown_words),
                                      number(judged.perplexity),
                                      number(judged.known_perplexity),
                                      number(judged.first),
                                      number(judged.first_five),
                                      number(judged.calibration_error)};
  return pg::record_datum(fcinfo, row);
}
