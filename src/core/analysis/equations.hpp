// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Differential equations, roots and minima of functions that the caller evaluates.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::analysis {

// y' = f(t, y): as long as y, and finite.
using Derivative =
    std::function<Result<std::vector<double>>(double t, const std::vector<double>& y)>;

enum class Integrator {
  kEuler,
  kMidpoint,    // Runge-Kutta of order 2
  kRungeKutta,  // of order 4
  kAdaptive,    // Dormand and Prince (1980), order 5 with an error estimate of order 4
};
// euler, rk2, rk4, adaptive. kInvalidArgument with these in the hint.
Result<Integrator> integrator_named(std::string_view name);

struct State {
  double t;
  std::vector<double> y;
};

// From (start, y) to `end` in steps of `step`, the last one shorter; with kAdaptive `step` is the
// first, and later ones are such that the error of each is below `tolerance` (1 + |y|) in every
// component. All states on the way, both ends included. Backwards if end < start. kInvalidArgument
// unless step, tolerance > 0; kLimitExceeded after `max_steps`; kOutOfRange when a value becomes
// infinite or NaN.
Result<std::vector<State>> integrate(const Derivative& derivative, Integrator integrator,
                                     double start, std::vector<double> y, double end, double step,
                                     double tolerance, std::int64_t max_steps,
                                     Checkpoint& checkpoint);

using Function = std::function<Result<double>(double)>;

struct Root {
  double x = 0, value = 0;
  int iterations = 0;
  bool converged = false;
};

// Newton and Raphson's method from `start`, with the derivative by central differences if none is
// given, until a step is below `tolerance` (1 + |x|). Not converged where the slope vanishes or a
// value is not finite.
Result<Root> newton(const Function& function, const std::optional<Function>& derivative,
                    double start, double tolerance, int max_iterations);

// Halves [low, high] until it is no longer than `tolerance` (1 + |x|). kInvalidArgument if the
// function has the same sign at both ends.
Result<Root> bisection(const Function& function, double low, double high, double tolerance,
                       int max_iterations);

using Objective = std::function<Result<double>(const std::vector<double>&)>;
using Gradient = std::function<Result<std::vector<double>>(const std::vector<double>&)>;

struct Minimum {
  std::vector<double> x;
  double value = 0, gradient_norm = 0;
  int iterations = 0;
  bool converged = false;
};

struct DescentOptions {
  double rate = 0.01, momentum = 0.9;  // rate > 0, 0 <= momentum < 1
  double tolerance = 1e-6;             // of the gradient's length
  int max_iterations = 1000;
};

// Gradient descent with momentum (Polyak 1964): v = momentum v - rate g, x += v; the gradient by
// central differences if none is given. kOutOfRange when it diverges to values that are not finite.
Result<Minimum> gradient_descent(const Objective& objective,
                                 const std::optional<Gradient>& gradient, std::vector<double> start,
                                 const DescentOptions& options, Checkpoint& checkpoint);

}  // namespace hartonomous::core::analysis
