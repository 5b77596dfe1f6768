// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/84_analysis: series of numbers, and how far apart two sequences of points are.
#include "core/analysis/sequences.hpp"
#include "core/analysis/series.hpp"
#include "pg/array.hpp"
#include "pg/result_set.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::Status;
using core::analysis::Points;

// A sequence argument: rows of coordinates, or numbers, which are points of one coordinate.
class Sequence {
 public:
  Sequence(const pg::Arguments& arguments, int i, const char* parameter) {
    const pg::FloatArray array(arguments.datum(i));
    if (array.has_nulls()) {
      pg::raise({Code::kInvalidArgument, std::string(parameter) + " must not contain nulls"});
    }
    if (array.dimensions() > 2) {
      pg::raise(
          Status(Code::kInvalidArgument, std::string(parameter) + " has more than two dimensions")
              .with_hint("A sequence is an array of numbers, or one row for each point."));
    }
    width_ = array.dimensions() == 2 ? array.width() : 1;
    array.append_to(values_);
  }
  Points points() const noexcept { return {values_, width_}; }

 private:
  std::vector<double> values_;
  std::size_t width_;
};

// distance(a, b, checkpoint) of arguments 0 and 1.
template <class Distance>
Datum distance_of(FunctionCallInfo fcinfo, Distance&& distance) {
  const pg::Arguments arguments(fcinfo);
  const Sequence a(arguments, 0, "a"), b(arguments, 1, "b");
  pg::PollCheckpoint checkpoint;
  return Float8GetDatum(pg::check(distance(a.points(), b.points(), checkpoint)));
}

std::vector<double> series(const pg::Arguments& arguments) {
  return pg::float8_array(arguments.datum(0), "series");
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_dtw_distance) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  std::optional<std::int64_t> band;
  if (!arguments.is_null(2)) band = arguments.int4(2);
  return distance_of(fcinfo, [&](const Points& a, const Points& b, core::Checkpoint& checkpoint) {
    return core::analysis::dynamic_time_warping(a, b, band, checkpoint);
  });
}

HARTONOMOUS_FUNCTION(hartonomous_soft_dtw) {
  const double gamma = DatumGetFloat8(pg::Arguments(fcinfo).datum(2));
  return distance_of(fcinfo, [&](const Points& a, const Points& b, core::Checkpoint& checkpoint) {
    return core::analysis::soft_dynamic_time_warping(a, b, gamma, checkpoint);
  });
}

HARTONOMOUS_FUNCTION(hartonomous_frechet_distance) {
  return distance_of(fcinfo, core::analysis::frechet_distance);
}

HARTONOMOUS_FUNCTION(hartonomous_hausdorff_distance) {
  return distance_of(fcinfo, core::analysis::hausdorff_distance);
}

HARTONOMOUS_FUNCTION(hartonomous_moving_average) {
  const pg::Arguments arguments(fcinfo);
  return pg::float8_array_datum(
      pg::check(core::analysis::moving_average(series(arguments), arguments.int4(1))));
}

HARTONOMOUS_FUNCTION(hartonomous_exponential_smoothing) {
  const pg::Arguments arguments(fcinfo);
  const auto smoothing = pg::check(
      core::analysis::exponential_smoothing(series(arguments), DatumGetFloat8(arguments.datum(1)),
                                            DatumGetFloat8(arguments.datum(2)), arguments.int4(3)));
  const std::optional<Datum> row[] = {pg::float8_array_datum(smoothing.fitted),
                                      pg::float8_array_datum(smoothing.forecast)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_autoregression) {
  const pg::Arguments arguments(fcinfo);
  const auto fit = pg::check(
      core::analysis::autoregression(series(arguments), arguments.int4(1), arguments.int4(2)));
  const std::optional<Datum> row[] = {
      Float8GetDatum(fit.intercept), pg::float8_array_datum(fit.coefficients),
      Float8GetDatum(fit.variance), pg::float8_array_datum(fit.forecast)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_change_points) {
  const pg::Arguments arguments(fcinfo);
  pg::PollCheckpoint checkpoint;
  std::vector<std::int64_t> places = pg::check(core::analysis::change_points(
      series(arguments), DatumGetFloat8(arguments.datum(1)), arguments.int4(2), checkpoint));
  for (std::int64_t& place : places) ++place;
  return pg::int8_array_datum(places);
}

HARTONOMOUS_FUNCTION(hartonomous_matrix_profile) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  const auto profile =
      pg::check(core::analysis::matrix_profile(series(arguments), arguments.int4(1), checkpoint));
  for (std::size_t i = 0; i < profile.places.size(); ++i) {
    std::optional<Datum> distance, nearest;
    if (profile.places[i] >= 0) {
      distance = Float8GetDatum(profile.distances[i]);
      nearest = Int64GetDatum(profile.places[i] + 1);
    }
    out.row(Int64GetDatum(static_cast<std::int64_t>(i + 1)), distance, nearest);
  }
  return out.done();
}
