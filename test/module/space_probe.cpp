// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Geometry values as src/pg/postgis.hpp builds and reads them, for test/sql/space.sql to compare
// with PostGIS's own.
#include <algorithm>
#include <cstring>
#include <vector>

#include "pg/array.hpp"
#include "pg/postgis.hpp"

namespace pg = hartonomous::pg;

// (points geometry[]) -> geometry: the LineStringZM through the points.
HARTONOMOUS_FUNCTION(hartonomous_test_make_line) {
  std::vector<double> vertices;
  for (const Datum d : pg::array_elements(PG_GETARG_DATUM(0), "points")) {
    const auto xyzm = pg::Geometry(d).point();
    if (xyzm) vertices.insert(vertices.end(), xyzm->begin(), xyzm->end());
  }
  return pg::make_line_zm(vertices);
}

// (geometry, bytes integer) -> boolean: whether a box is found in the value cut to `bytes`.
HARTONOMOUS_FUNCTION(hartonomous_test_cut_extent) {
  const auto* whole = pg::call([&] { return PG_DETOAST_DATUM(PG_GETARG_DATUM(0)); });
  const auto size = std::min<std::size_t>(VARSIZE(whole), std::max(PG_GETARG_INT32(1), VARHDRSZ));
  // A block of its own, so that a checked build sees a read beyond its end.
  auto* cut = pg::call([&] { return static_cast<varlena*>(palloc(size)); });
  std::memcpy(cut, whole, size);
  SET_VARSIZE(cut, size);
  const pg::Geometry geometry(PointerGetDatum(cut));
  PG_RETURN_BOOL(geometry.point() || geometry.extent());
}

// () -> oid: the geometry type, as looked up once per session.
HARTONOMOUS_FUNCTION(hartonomous_test_geometry_type) { PG_RETURN_OID(pg::geometry_type()); }
HARTONOMOUS_FUNCTION(hartonomous_test_postgis_schema) { PG_RETURN_OID(pg::postgis_schema()); }
