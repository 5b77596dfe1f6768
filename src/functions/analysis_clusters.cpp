// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/84_analysis: groups of points, and points that belong to none.
#include "core/analysis/clusters.hpp"
#include "core/analysis/outliers.hpp"
#include "pg/result_set.hpp"
#include "store/point_query.hpp"

using namespace hartonomous;

namespace {

using core::analysis::Metric;
using core::analysis::metric_named;
using store::PointSet;

Datum done(pg::ResultSet& out, const PointSet& set, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    out.row(Int64GetDatum(set.ids[i]), Float8GetDatum(values[i]));
  }
  return out.done();
}

// Arguments: query, k, seed, max_iterations.
core::analysis::Centers k_means_of(const PointSet& set, const pg::Arguments& arguments,
                                   core::Checkpoint& checkpoint) {
  if (arguments.int4(3) < 1) {
    pg::raise({core::Code::kInvalidArgument, "max_iterations must be positive"});
  }
  return pg::check(core::analysis::k_means(set.points(), arguments.int4(1),
                                           static_cast<std::uint64_t>(arguments.int8(2)),
                                           arguments.int4(3), checkpoint));
}

PointSet points_for_k_means(const pg::Arguments& arguments, core::Checkpoint& checkpoint) {
  return store::read_points(arguments.text(0), Metric::kEuclidean, {.bytes_a_point = 12},
                            checkpoint);
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_dbscan) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const Metric metric = pg::check(metric_named(arguments.text(3)));
  const PointSet set =
      store::read_points(arguments.text(0), metric, {.copies = 1, .bytes_a_point = 64}, checkpoint);
  const std::vector<std::int32_t> clusters = pg::check(core::analysis::dbscan(
      set.points(), DatumGetFloat8(arguments.datum(1)), arguments.int4(2), metric, checkpoint));
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    std::optional<Datum> cluster;
    if (clusters[i] != core::analysis::kNoise) cluster = Int32GetDatum(clusters[i]);
    out.row(Int64GetDatum(set.ids[i]), cluster);
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_k_means) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = points_for_k_means(arguments, checkpoint);
  const core::analysis::Centers centers = k_means_of(set, arguments, checkpoint);
  for (std::size_t i = 0; i < centers.labels.size(); ++i) {
    out.row(Int64GetDatum(set.ids[i]), Int32GetDatum(centers.labels[i]));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_k_means_centers) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = points_for_k_means(arguments, checkpoint);
  const core::analysis::Centers centers = k_means_of(set, arguments, checkpoint);
  const core::analysis::Points rows{centers.values, set.dimensions};
  std::vector<std::int64_t> counts(rows.size());
  std::vector<double> inertia(rows.size());
  for (std::size_t i = 0; i < centers.labels.size(); ++i) {
    const auto cluster = static_cast<std::size_t>(centers.labels[i]);
    const double away =
        core::analysis::distance(set.points()[i], rows[cluster], Metric::kEuclidean);
    ++counts[cluster];
    inertia[cluster] += away * away;
  }
  for (std::size_t c = 0; c < rows.size(); ++c) {
    out.row(Int32GetDatum(static_cast<std::int32_t>(c)), pg::float8_array_datum(rows[c]),
            Int64GetDatum(counts[c]), Float8GetDatum(inertia[c]));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_local_outlier_factor) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const Metric metric = pg::check(metric_named(arguments.text(2)));
  const auto k = static_cast<std::size_t>(std::max(arguments.int4(1), 0));
  const PointSet set = store::read_points(arguments.text(0), metric,
                                          {.copies = 1, .bytes_a_point = 32 + 16 * k}, checkpoint);
  return done(out, set,
              pg::check(core::analysis::local_outlier_factors(set.points(), arguments.int4(1),
                                                              metric, checkpoint)));
}

HARTONOMOUS_FUNCTION(hartonomous_isolation_scores) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set =
      store::read_points(arguments.text(0), Metric::kEuclidean, {.bytes_a_point = 12}, checkpoint);
  const core::analysis::IsolationOptions options{
      .trees = arguments.int4(1),
      .sample = arguments.int4(2),
      .seed = static_cast<std::uint64_t>(arguments.int8(3))};
  return done(out, set,
              pg::check(core::analysis::isolation_scores(set.points(), options, checkpoint)));
}
