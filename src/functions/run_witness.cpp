// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/75_run: models as witnesses of what follows what.
#include "pg/result_set.hpp"
#include "serve/extract_edges.hpp"

using namespace hartonomous;

HARTONOMOUS_FUNCTION(hartonomous_extract_edges) {
  const pg::Arguments arguments(fcinfo);
  constexpr const char* kNames[] = {"model",        "corpus",   "order_n", "top_k",
                                    "min_evidence", "held_out", "domain"};
  for (int i = 0; i < 7; ++i) arguments.require(i, kNames[i]);
  serve::ExtractionRequest request{.model = arguments.text(0),
                                   .query = arguments.text(1),
                                   .order = arguments.int4(2),
                                   .top = arguments.int4(3),
                                   .least = DatumGetFloat8(arguments.datum(4)),
                                   .held_out = DatumGetFloat8(arguments.datum(5)),
                                   .domain = arguments.text(6),
                                   .source = std::nullopt,
                                   .tenant = std::nullopt};
  if (!arguments.is_null(7)) request.source = arguments.text(7);
  if (!arguments.is_null(8)) request.tenant = arguments.text(8);
  const serve::Extraction made = serve::extract_edges(request);
  const auto optional = [](const std::optional<double>& value) -> std::optional<Datum> {
    if (!value) return std::nullopt;
    return Float8GetDatum(*value);
  };
  const std::optional<Datum> row[] = {
      pg::text_datum(made.source),      Int64GetDatum(made.places),
      Int64GetDatum(made.new_evidence), Int64GetDatum(made.held_out_places),
      optional(made.agreement),         optional(made.divergence)};
  return pg::record_datum(fcinfo, row);
}
