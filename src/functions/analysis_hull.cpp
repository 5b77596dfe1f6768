// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/84_analysis: hulls, triangulations and territories of points.
#include <algorithm>

#include "core/analysis/hull.hpp"
#include "pg/array.hpp"
#include "pg/result_set.hpp"
#include "store/point_query.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::Status;
using core::analysis::Metric;
using core::analysis::Points;
using store::PointSet;

// Qhull cannot be interrupted, so its input is bounded.
void check_size(const PointSet& set) {
  const std::size_t most = set.dimensions == 2 ? 500'000 : set.dimensions == 3 ? 30'000 : 3'000;
  if (set.ids.size() <= most) return;
  pg::raise(Status(Code::kLimitExceeded, "more than " + std::to_string(most) + " points in " +
                                             std::to_string(set.dimensions) + " dimensions")
                .with_hint("Take a sample, or a region, of the points."));
}

PointSet read(const pg::Arguments& arguments, pg::PollCheckpoint& checkpoint) {
  PointSet set = store::read_points(arguments.text(0), Metric::kEuclidean,
                                    {.copies = 1, .bytes_a_point = 2000}, checkpoint);
  check_size(set);
  return set;
}

Datum ids_of(const PointSet& set, std::span<const std::uint32_t> points) {
  std::vector<std::int64_t> ids;
  for (const std::uint32_t point : points) ids.push_back(set.ids[point]);
  return pg::int8_array_datum(ids);
}

// Simplices of `size` corners each, from 1.
template <class Put>
void put_simplices(std::span<const std::uint32_t> corners, std::size_t size, Put&& put) {
  for (std::size_t i = 0; i * size < corners.size(); ++i) {
    const pg::RowMemory memory;
    put(Int32GetDatum(static_cast<std::int32_t>(i + 1)), i, corners.subspan(i * size, size));
  }
}

std::vector<double> coordinates(const PointSet& set, std::span<const std::uint32_t> corners) {
  std::vector<double> values;
  for (const std::uint32_t corner : corners) {
    const auto point = set.points()[corner];
    values.insert(values.end(), point.begin(), point.end());
  }
  return values;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_convex_hull) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = read(arguments, checkpoint);
  const auto hull = pg::check(core::analysis::convex_hull(set.points()));
  const std::size_t plane = set.dimensions + 1;
  put_simplices(hull.facets, set.dimensions, [&](Datum number, std::size_t i, auto corners) {
    out.row(number, ids_of(set, corners),
            pg::float8_array_datum(std::span(hull.planes).subspan(i * plane, plane)));
  });
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_hull_size) {
  const pg::Arguments arguments(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = read(arguments, checkpoint);
  const auto hull = pg::check(core::analysis::convex_hull(set.points()));
  const std::optional<Datum> row[] = {ids_of(set, hull.vertices), Float8GetDatum(hull.volume),
                                      Float8GetDatum(hull.area)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_points_in_hull) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = read(arguments, checkpoint);
  const auto hull = pg::check(core::analysis::convex_hull(set.points()));
  const PointSet probes = store::read_points(arguments.text(1), Metric::kEuclidean, {}, checkpoint);
  for (std::size_t i = 0; i < probes.ids.size(); ++i) {
    store::check_probe(probes.points()[i], set.dimensions, Metric::kEuclidean);
    out.row(Int64GetDatum(probes.ids[i]), BoolGetDatum(hull.contains(probes.points()[i])));
    checkpoint.reached(0);
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_delaunay) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = read(arguments, checkpoint);
  const auto corners = pg::check(core::analysis::delaunay(set.points()));
  put_simplices(corners, set.dimensions + 1, [&](Datum number, std::size_t, auto simplex) {
    out.row(number, ids_of(set, simplex));
  });
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_voronoi) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = read(arguments, checkpoint);
  const auto diagram = pg::check(core::analysis::voronoi(set.points()));
  const Points vertices{diagram.vertices, set.dimensions};
  for (std::size_t i = 0; i < set.ids.size(); ++i) {
    const pg::RowMemory memory;
    std::vector<double> values;
    for (const std::uint32_t vertex : diagram.regions[i]) {
      values.insert(values.end(), vertices[vertex].begin(), vertices[vertex].end());
    }
    out.row(Int64GetDatum(set.ids[i]), pg::float8_matrix_datum(values, set.dimensions),
            BoolGetDatum(diagram.is_bounded[i]));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_interpolation_weights) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const std::vector<double> probe = pg::float8_array(arguments.datum(1), "probe");
  const PointSet set = read(arguments, checkpoint);
  const auto corners = pg::check(core::analysis::delaunay(set.points()));
  store::check_probe(probe, set.dimensions, Metric::kEuclidean);
  constexpr double kTolerance = 1e-9;
  bool is_found = false;
  put_simplices(corners, set.dimensions + 1, [&](Datum, std::size_t, auto simplex) {
    if (is_found) return;
    const std::vector<double> values = coordinates(set, simplex);
    const auto weights = core::analysis::barycentric({values, set.dimensions}, probe);
    if (!weights.is_ok() || std::ranges::min(weights.value()) < -kTolerance) return;
    is_found = true;
    for (std::size_t c = 0; c < simplex.size(); ++c) {
      out.row(Int64GetDatum(set.ids[simplex[c]]), Float8GetDatum(weights.value()[c]));
    }
  });
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_barycentric_weights) {
  const pg::Arguments arguments(fcinfo);
  const pg::FloatArray array(arguments.datum(0));
  if (array.has_nulls()) pg::raise({Code::kInvalidArgument, "corners must not contain nulls"});
  std::vector<double> corners;
  array.append_to(corners);
  if (array.dimensions() != 2) {
    pg::raise(Status(Code::kInvalidArgument, "corners is not a two-dimensional array")
                  .with_hint("Give one row of coordinates for each corner."));
  }
  const std::vector<double> point = pg::float8_array(arguments.datum(1), "point");
  store::check_probe(point, array.width(), Metric::kEuclidean);
  return pg::float8_array_datum(
      pg::check(core::analysis::barycentric({corners, array.width()}, point)));
}
