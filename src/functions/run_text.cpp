// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/75_run: what models make of texts that they read.
#include "pg/datum.hpp"
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
