// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <cmath>

#include "core/analysis/equations.hpp"

namespace hartonomous::core::analysis {
namespace {

using Vector = std::vector<double>;

// A Runge-Kutta method: slope i is taken at t + nodes[i] h and y + h sum of earlier[i][j] slope j.
struct Tableau {
  std::vector<double> nodes;
  std::vector<Vector> earlier;
  Vector weights;
  Vector error;  // weights of the difference to the method of lower order; empty if there is none
};

const Tableau& tableau(Integrator integrator) {
  static const Tableau euler{{0}, {{}}, {1}, {}};
  static const Tableau midpoint{{0, 0.5}, {{}, {0.5}}, {0, 1}, {}};
  static const Tableau classic{
      {0, 0.5, 0.5, 1}, {{}, {0.5}, {0, 0.5}, {0, 0, 1}}, {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6}, {}};
  static const Tableau dormand_prince{
      {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1},
      {{},
       {1.0 / 5},
       {3.0 / 40, 9.0 / 40},
       {44.0 / 45, -56.0 / 15, 32.0 / 9},
       {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
       {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
       {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}},
      {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0},
      {71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40}};
  switch (integrator) {
    case Integrator::kEuler:
      return euler;
    case Integrator::kMidpoint:
      return midpoint;
    case Integrator::kRungeKutta:
      return classic;
    case Integrator::kAdaptive:
      return dormand_prince;
  }
  return classic;
}

struct Step {
  Vector y;
  double error = 0;  // greatest of the components, each by 1 + |y|
};

Vector moved(const Vector& y, double h, const Vector& weights, const std::vector<Vector>& slopes) {
  Vector result = y;
  for (std::size_t s = 0; s < weights.size(); ++s) {
    for (std::size_t i = 0; i < y.size(); ++i) result[i] += h * weights[s] * slopes[s][i];
  }
  return result;
}

Result<Step> take_step(const Tableau& method, const Derivative& derivative, const State& at,
                       double h) {
  std::vector<Vector> slopes;
  for (std::size_t s = 0; s < method.nodes.size(); ++s) {
    HARTONOMOUS_TRY(Vector slope, derivative(at.t + method.nodes[s] * h,
                                             moved(at.y, h, method.earlier[s], slopes)));
    if (slope.size() != at.y.size()) {
      return Status(Code::kInvalidArgument, "the derivative has " + std::to_string(slope.size()) +
                                                " components, not " + std::to_string(at.y.size()));
    }
    slopes.push_back(std::move(slope));
  }
  Step step{moved(at.y, h, method.weights, slopes), 0};
  for (std::size_t i = 0; i < step.y.size(); ++i) {
    double error = 0;
    for (std::size_t s = 0; s < method.error.size(); ++s)
      error += h * method.error[s] * slopes[s][i];
    const double size = 1 + std::max(std::abs(at.y[i]), std::abs(step.y[i]));
    step.error = std::max(step.error, std::abs(error) / size);
    if (!std::isfinite(step.y[i])) {
      return Status(Code::kOutOfRange,
                    "the solution leaves the range of numbers at t = " + std::to_string(at.t))
          .with_hint("Take smaller steps, or end before.");
    }
  }
  return step;
}

}  // namespace

Result<Integrator> integrator_named(std::string_view name) {
  if (name == "euler") return Integrator::kEuler;
  if (name == "rk2") return Integrator::kMidpoint;
  if (name == "rk4") return Integrator::kRungeKutta;
  if (name == "adaptive") return Integrator::kAdaptive;
  return Status(Code::kInvalidArgument, "unknown method " + quoted(name))
      .with_hint("Use euler, rk2, rk4 or adaptive.");
}

Result<std::vector<State>> integrate(const Derivative& derivative, Integrator integrator,
                                     double start, std::vector<double> y, double end, double step,
                                     double tolerance, std::int64_t max_steps,
                                     Checkpoint& checkpoint) {
  if (!(step > 0) || !(tolerance > 0) || !std::isfinite(start) || !std::isfinite(end)) {
    return Status(Code::kInvalidArgument, "step and tolerance must be above 0, the ends finite");
  }
  const Tableau& method = tableau(integrator);
  const double sign = end < start ? -1 : 1;
  std::vector<State> states{{start, std::move(y)}};
  for (std::int64_t taken = 0; states.back().t != end; ++taken) {
    if (taken == max_steps) {
      return Status(Code::kLimitExceeded,
                    std::to_string(max_steps) + " steps did not reach the end")
          .with_hint("Raise max_steps, or the step or tolerance.");
    }
    checkpoint.reached(1);
    const State& at = states.back();
    const double left = std::abs(end - at.t);
    const bool is_last = step >= left * (1 - 1e-12);
    HARTONOMOUS_TRY(Step next, take_step(method, derivative, at, sign * (is_last ? left : step)));
    const bool is_accepted = method.error.empty() || next.error <= tolerance;
    const double t = is_last ? end : at.t + sign * step;
    if (is_accepted && t == at.t) {
      return Status(Code::kInvalidArgument,
                    "the step is too small for t = " + std::to_string(at.t));
    }
    if (!method.error.empty()) {
      const double factor = 0.9 * std::pow(tolerance / std::max(next.error, 1e-300), 0.2);
      step = (is_last ? left : step) * std::clamp(factor, 0.2, 5.0);
    }
    if (is_accepted) states.push_back({t, std::move(next.y)});
  }
  return states;
}

}  // namespace hartonomous::core::analysis
