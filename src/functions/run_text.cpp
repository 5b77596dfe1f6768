// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/75_run: what models make of texts that they read.
#include "core/run/families.hpp"
#include "core/run/json_schema.hpp"
#include "core/run/regex_grammar.hpp"
#include "pg/datum.hpp"
#include "pg/result_set.hpp"
#include "serve/estimate.hpp"
#include "serve/reading.hpp"

using namespace hartonomous;

HARTONOMOUS_FUNCTION(hartonomous_perplexity) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  std::optional<std::size_t> window;
  if (!arguments.is_null(2)) {
    window = static_cast<std::size_t>(std::max(arguments.int4(2), 0));
  }
  const auto model = serve::open_model(arguments.text(0));
  const auto value = serve::perplexity(*model, arguments.text(1), window);
  if (!value) PG_RETURN_NULL();
  return Float8GetDatum(*value);
}

HARTONOMOUS_FUNCTION(hartonomous_embed) {
  const pg::Arguments arguments(fcinfo);
  return pg::float4_array_datum(
      serve::embed(*serve::open_model(arguments.text(0)), arguments.text(1)));
}

HARTONOMOUS_FUNCTION(hartonomous_json_schema_grammar) {
  pg::PollCheckpoint checkpoint;
  return pg::text_datum(
      pg::check(core::run::json_schema_grammar(pg::Arguments(fcinfo).text(0), checkpoint)));
}

HARTONOMOUS_FUNCTION(hartonomous_regex_grammar) {
  return pg::text_datum(pg::check(core::run::regex_grammar(pg::Arguments(fcinfo).text(0))));
}

HARTONOMOUS_FUNCTION(hartonomous_explain_generate) {
  const auto model = serve::open_model(pg::Arguments(fcinfo).text(0));
  const core::run::ModelDescription& description = model->model().description();
  const serve::Estimate cost = serve::estimate(*model);
  const auto number = [](std::uint64_t n) { return Int64GetDatum(static_cast<std::int64_t>(n)); };
  const auto rate = [](bool is_known, double value) {
    return is_known ? std::optional(Float8GetDatum(value)) : std::nullopt;
  };
  const std::uint64_t streamed = cost.residency.bytes - cost.residency.cached;
  const bool is_estimable = cost.read_rate > 0 && streamed == 0 && cost.bytes_per_token > 0;
  const std::optional<Datum> row[] = {
      Int64GetDatum(model->version().version_id),
      pg::text_datum(description.family->name),
      number(description.layers),
      number(description.context_length),
      number(model->model().vocabulary()),
      number(cost.weight_bytes),
      number(cost.bytes_per_token),
      number(cost.residency.cached),
      number(cost.residency.in_memory),
      rate(cost.read_rate > 0, cost.read_rate),
      rate(is_estimable, cost.read_rate / static_cast<double>(cost.bytes_per_token))};
  return pg::record_datum(fcinfo, row);
}
