// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/70_edge/witness.sql: what is said of a context, and by whom.
#include "store/edge_witness.hpp"

#include "pg/datum.hpp"
#include "pg/result_set.hpp"

using namespace hartonomous;

namespace {

store::Question question(const pg::Arguments& arguments, int edge_type, int domain) {
  arguments.require(edge_type, "edge_type");
  return {arguments.text(0), arguments.text(edge_type),
          arguments.is_null(domain) ? std::nullopt : std::optional(arguments.text(domain))};
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_neighbors) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  if (arguments.is_null(0)) return out.done();
  arguments.require(2, "k");
  for (const auto& n : store::neighbors(question(arguments, 1, 3), arguments.int4(2))) {
    out.row(pg::text_datum(n.text), Int64GetDatum(n.atom_id), pg::text_datum(n.domain),
            Int32GetDatum(n.sources), Float8GetDatum(n.evidence), Float8GetDatum(n.probability),
            Float8GetDatum(n.rating), Float8GetDatum(n.deviation));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_believers) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) return out.done();
  for (const auto& b : store::believers(question(arguments, 2, 3), arguments.text(1))) {
    out.row(pg::text_datum(b.source), pg::text_datum(b.domain), pg::text_datum(b.kind),
            Float8GetDatum(b.evidence), Float8GetDatum(b.total), Float8GetDatum(b.probability),
            Float8GetDatum(b.rating));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_disagreement) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0)) PG_RETURN_NULL();
  const auto value = store::disagreement(question(arguments, 1, 2));
  if (!value) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(*value);
}
