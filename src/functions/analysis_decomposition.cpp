// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/84_analysis: points as a matrix, and its few most telling directions.
#include <algorithm>
#include <numeric>

#include "core/analysis/decomposition.hpp"
#include "pg/result_set.hpp"
#include "store/point_query.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::Status;
using core::analysis::Metric;
using core::analysis::Points;
using store::PointSet;

PointSet read(const pg::Arguments& arguments, pg::PollCheckpoint& checkpoint) {
  return store::read_points(arguments.text(0), Metric::kEuclidean, {.copies = 4}, checkpoint);
}

// Eigen cannot be interrupted, so its input is bounded.
void check_size(const PointSet& set) {
  constexpr double kMost = 1e9;
  const auto rows = static_cast<double>(set.ids.size());
  const auto columns = static_cast<double>(set.dimensions);
  if (rows * columns * std::min(rows, columns) <= kMost) return;
  pg::raise(Status(Code::kLimitExceeded, "the matrix is too large for an exact decomposition")
                .with_detail("Its rows, its columns and the lesser of both multiply to more than a "
                             "thousand million.")
                .with_hint("Use method => 'randomized', or take a sample of the points."));
}

core::analysis::PrincipalComponents components(const PointSet& set, std::int32_t rank,
                                               pg::PollCheckpoint& checkpoint) {
  check_size(set);
  return pg::check(core::analysis::principal_components(set.points(), rank, checkpoint));
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_singular_values) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const std::string_view method = arguments.text(2);
  if (method != "exact" && method != "randomized") {
    pg::raise(Status(Code::kInvalidArgument, "unknown method " + core::quoted(method))
                  .with_hint("Use exact or randomized."));
  }
  const PointSet set = read(arguments, checkpoint);
  if (method == "exact") check_size(set);
  const auto found =
      pg::check(method == "exact"
                    ? core::analysis::singular_values(set.points(), arguments.int4(1), checkpoint)
                    : core::analysis::randomized_singular_values(
                          set.points(), arguments.int4(1), arguments.int4(3),
                          static_cast<std::uint64_t>(arguments.int8(4)), checkpoint));
  const Points directions{found.right, set.dimensions};
  for (std::size_t i = 0; i < found.values.size(); ++i) {
    out.row(Int32GetDatum(static_cast<std::int32_t>(i + 1)), Float8GetDatum(found.values[i]),
            pg::float8_array_datum(directions[i]));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_principal_components) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = read(arguments, checkpoint);
  const auto found = components(set, arguments.int4(1), checkpoint);
  const Points directions{found.components, set.dimensions};
  for (std::size_t i = 0; i < found.variances.size(); ++i) {
    const auto direction = directions[i];
    const double center =
        std::inner_product(direction.begin(), direction.end(), found.mean.begin(), 0.0);
    std::optional<Datum> share;
    if (found.total_variance > 0) share = Float8GetDatum(found.variances[i] / found.total_variance);
    out.row(Int32GetDatum(static_cast<std::int32_t>(i + 1)), Float8GetDatum(found.variances[i]),
            share, pg::float8_array_datum(direction), Float8GetDatum(center));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_principal_scores) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const PointSet set = read(arguments, checkpoint);
  const auto found = components(set, arguments.int4(1), checkpoint);
  const Points scores{found.scores, found.variances.size()};
  for (std::size_t i = 0; i < set.ids.size(); ++i) {
    const pg::RowMemory memory;
    out.row(Int64GetDatum(set.ids[i]), pg::float8_array_datum(scores[i]));
  }
  return out.done();
}
