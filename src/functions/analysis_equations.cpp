// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/84_analysis: equations over functions that the caller names.
#include "core/analysis/equations.hpp"

#include <array>
#include <cmath>

#include "pg/result_set.hpp"
#include "pg/user_function.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::analysis::Function;
using core::analysis::Root;
using core::analysis::State;

// An array made for one call of the user's function, and freed after it.
class ArrayArgument {
 public:
  explicit ArrayArgument(std::span<const double> values) : datum_(pg::float8_array_datum(values)) {}
  ArrayArgument(const ArrayArgument&) = delete;
  ArrayArgument& operator=(const ArrayArgument&) = delete;
  ~ArrayArgument() { pg::free_datum(datum_); }
  Datum datum() const noexcept { return datum_; }

 private:
  Datum datum_;
};

double finite(const pg::Arguments& arguments, int i, const char* parameter) {
  const double value = DatumGetFloat8(arguments.datum(i));
  if (std::isfinite(value)) return value;
  pg::raise({Code::kInvalidArgument, std::string(parameter) + " must be finite"});
}

std::vector<double> start_of(const pg::Arguments& arguments, int i) {
  std::vector<double> values = pg::float8_array(arguments.datum(i), "start");
  for (const double value : values) {
    if (!std::isfinite(value)) pg::raise({Code::kInvalidArgument, "start must be finite"});
  }
  if (values.empty()) pg::raise({Code::kInvalidArgument, "start must not be empty"});
  return values;
}

void check_positive(std::int64_t value, const char* parameter) {
  if (value > 0) return;
  pg::raise({Code::kInvalidArgument, std::string(parameter) + " must be positive"});
}

Function scalar(pg::UserFunction& function) {
  return [&function](double x) -> core::Result<double> {
    return function.float8(std::array{Float8GetDatum(x)});
  };
}

Datum record_of(FunctionCallInfo fcinfo, const Root& root) {
  const std::optional<Datum> row[] = {Float8GetDatum(root.x), Float8GetDatum(root.value),
                                      Int32GetDatum(root.iterations), BoolGetDatum(root.converged)};
  return pg::record_datum(fcinfo, row);
}

std::vector<State> solve(const pg::Arguments& arguments) {
  const auto method = pg::check(core::analysis::integrator_named(arguments.text(5)));
  const double from = finite(arguments, 2, "start_time"), to = finite(arguments, 3, "end_time");
  check_positive(arguments.int4(7), "max_steps");
  pg::UserFunction derivative(DatumGetObjectId(arguments.datum(0)), "derivative",
                              {FLOAT8OID, FLOAT8ARRAYOID}, FLOAT8ARRAYOID);
  const auto at = [&](double t, const std::vector<double>& y) -> core::Result<std::vector<double>> {
    const ArrayArgument state(y);
    return derivative.float8s(std::array{Float8GetDatum(t), state.datum()});
  };
  pg::PollCheckpoint checkpoint;
  return pg::check(core::analysis::integrate(
      at, method, from, start_of(arguments, 1), to, DatumGetFloat8(arguments.datum(4)),
      DatumGetFloat8(arguments.datum(6)), arguments.int4(7), checkpoint));
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_integrate_ode) {
  pg::ResultSet out(fcinfo);
  for (const State& state : solve(pg::Arguments(fcinfo))) {
    const pg::RowMemory memory;
    out.row(Float8GetDatum(state.t), pg::float8_array_datum(state.y));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_newton_raphson) {
  const pg::Arguments arguments(fcinfo);
  for (const int i : {0, 1, 3, 4}) {
    if (arguments.is_null(i)) PG_RETURN_NULL();
  }
  const double start = finite(arguments, 1, "start");
  check_positive(arguments.int4(4), "max_iterations");
  std::optional<pg::UserFunction> function, derivative;
  function.emplace(DatumGetObjectId(arguments.datum(0)), "function",
                   std::initializer_list<Oid>{FLOAT8OID}, FLOAT8OID);
  std::optional<Function> slope;
  if (!arguments.is_null(2)) {
    derivative.emplace(DatumGetObjectId(arguments.datum(2)), "derivative",
                       std::initializer_list<Oid>{FLOAT8OID}, FLOAT8OID);
    slope = scalar(*derivative);
  }
  const Root root = pg::check(core::analysis::newton(
      scalar(*function), slope, start, DatumGetFloat8(arguments.datum(3)), arguments.int4(4)));
  derivative.reset();
  function.reset();
  return record_of(fcinfo, root);
}

HARTONOMOUS_FUNCTION(hartonomous_bisection) {
  const pg::Arguments arguments(fcinfo);
  const double low = finite(arguments, 1, "low"), high = finite(arguments, 2, "high");
  check_positive(arguments.int4(4), "max_iterations");
  Root root;
  {
    pg::UserFunction function(DatumGetObjectId(arguments.datum(0)), "function", {FLOAT8OID},
                              FLOAT8OID);
    root = pg::check(core::analysis::bisection(
        scalar(function), low, high, DatumGetFloat8(arguments.datum(3)), arguments.int4(4)));
  }
  return record_of(fcinfo, root);
}

HARTONOMOUS_FUNCTION(hartonomous_gradient_descent) {
  const pg::Arguments arguments(fcinfo);
  for (const int i : {0, 1, 3, 4, 5, 6}) {
    if (arguments.is_null(i)) PG_RETURN_NULL();
  }
  check_positive(arguments.int4(6), "max_iterations");
  const core::analysis::DescentOptions options{.rate = DatumGetFloat8(arguments.datum(3)),
                                               .momentum = DatumGetFloat8(arguments.datum(4)),
                                               .tolerance = DatumGetFloat8(arguments.datum(5)),
                                               .max_iterations = arguments.int4(6)};
  std::optional<pg::UserFunction> function, slope;
  function.emplace(DatumGetObjectId(arguments.datum(0)), "function",
                   std::initializer_list<Oid>{FLOAT8ARRAYOID}, FLOAT8OID);
  std::optional<core::analysis::Gradient> gradient;
  if (!arguments.is_null(2)) {
    slope.emplace(DatumGetObjectId(arguments.datum(2)), "gradient",
                  std::initializer_list<Oid>{FLOAT8ARRAYOID}, FLOAT8ARRAYOID);
    gradient = [&](const std::vector<double>& x) -> core::Result<std::vector<double>> {
      return slope->float8s(std::array{ArrayArgument(x).datum()});
    };
  }
  const auto objective = [&](const std::vector<double>& x) -> core::Result<double> {
    return function->float8(std::array{ArrayArgument(x).datum()});
  };
  pg::PollCheckpoint checkpoint;
  const auto minimum = pg::check(core::analysis::gradient_descent(
      objective, gradient, start_of(arguments, 1), options, checkpoint));
  slope.reset();
  function.reset();
  const std::optional<Datum> row[] = {
      pg::float8_array_datum(minimum.x), Float8GetDatum(minimum.value),
      Float8GetDatum(minimum.gradient_norm), Int32GetDatum(minimum.iterations),
      BoolGetDatum(minimum.converged)};
  return pg::record_datum(fcinfo, row);
}
