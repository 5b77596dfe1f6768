// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <cmath>
#include <limits>

#include "core/analysis/equations.hpp"

namespace hartonomous::core::analysis {
namespace {

// The step of central differences that balances rounding and curvature.
double difference_step(double x) {
  return std::cbrt(std::numeric_limits<double>::epsilon()) * (1 + std::abs(x));
}

Result<double> slope_at(const Function& function, double x) {
  const double h = difference_step(x);
  HARTONOMOUS_TRY(const double above, function(x + h));
  HARTONOMOUS_TRY(const double below, function(x - h));
  return (above - below) / (2 * h);
}

Result<std::vector<double>> gradient_at(const Objective& objective, std::vector<double> x) {
  std::vector<double> gradient;
  for (double& component : x) {
    const double middle = component, h = difference_step(middle);
    component = middle + h;
    HARTONOMOUS_TRY(const double above, objective(x));
    component = middle - h;
    HARTONOMOUS_TRY(const double below, objective(x));
    component = middle;
    gradient.push_back((above - below) / (2 * h));
  }
  return gradient;
}

}  // namespace

Result<Root> newton(const Function& function, const std::optional<Function>& derivative,
                    double start, double tolerance, int max_iterations) {
  if (!(tolerance > 0)) return Status(Code::kInvalidArgument, "the tolerance must be above 0");
  Root root{start, 0, 0, false};
  HARTONOMOUS_TRY(root.value, function(start));
  while (root.iterations < max_iterations && !root.converged) {
    if (root.value == 0) {
      root.converged = true;
      break;
    }
    HARTONOMOUS_TRY(const double slope,
                    derivative ? (*derivative)(root.x) : slope_at(function, root.x));
    const double step = root.value / slope;
    if (!std::isfinite(step)) break;
    root.x -= step;
    ++root.iterations;
    HARTONOMOUS_TRY(root.value, function(root.x));
    if (!std::isfinite(root.value)) break;
    root.converged = std::abs(step) <= tolerance * (1 + std::abs(root.x));
  }
  return root;
}

Result<Root> bisection(const Function& function, double low, double high, double tolerance,
                       int max_iterations) {
  if (!(tolerance > 0)) return Status(Code::kInvalidArgument, "the tolerance must be above 0");
  HARTONOMOUS_TRY(const double at_low, function(low));
  HARTONOMOUS_TRY(const double at_high, function(high));
  if (at_low == 0) return Root{low, 0, 0, true};
  if (at_high == 0) return Root{high, 0, 0, true};
  if (!(at_low < 0 && at_high > 0) && !(at_low > 0 && at_high < 0)) {
    return Status(Code::kInvalidArgument, "the function has the same sign at both ends")
        .with_hint("Choose ends between which it crosses zero.");
  }
  Root root;
  for (; root.iterations < max_iterations && !root.converged; ++root.iterations) {
    root.x = low + (high - low) / 2;
    HARTONOMOUS_TRY(root.value, function(root.x));
    if (root.value == 0) {
      root.converged = true;
    } else {
      ((root.value < 0) == (at_low < 0) ? low : high) = root.x;
      root.converged = std::abs(high - low) <= tolerance * (1 + std::abs(root.x));
    }
  }
  return root;
}

Result<Minimum> gradient_descent(const Objective& objective,
                                 const std::optional<Gradient>& gradient, std::vector<double> start,
                                 const DescentOptions& options, Checkpoint& checkpoint) {
  if (!(options.rate > 0) || !(options.momentum >= 0 && options.momentum < 1)) {
    return Status(Code::kInvalidArgument, "the rate must be above 0, the momentum in [0, 1)");
  }
  Minimum minimum{std::move(start), 0, 0, 0, false};
  std::vector<double> velocity(minimum.x.size());
  for (;; ++minimum.iterations) {
    checkpoint.reached(1);
    HARTONOMOUS_TRY(const std::vector<double> slope,
                    gradient ? (*gradient)(minimum.x) : gradient_at(objective, minimum.x));
    if (slope.size() != minimum.x.size()) {
      return Status(Code::kInvalidArgument, "the gradient has " + std::to_string(slope.size()) +
                                                " components, not " +
                                                std::to_string(minimum.x.size()));
    }
    double square = 0;
    for (const double component : slope) square += component * component;
    minimum.gradient_norm = std::sqrt(square);
    if (!std::isfinite(minimum.gradient_norm)) {
      return Status(Code::kOutOfRange, "the descent leaves the range of numbers")
          .with_hint("Lower the rate.");
    }
    minimum.converged = minimum.gradient_norm <= options.tolerance;
    if (minimum.converged || minimum.iterations >= options.max_iterations) break;
    for (std::size_t i = 0; i < slope.size(); ++i) {
      velocity[i] = options.momentum * velocity[i] - options.rate * slope[i];
      minimum.x[i] += velocity[i];
    }
  }
  HARTONOMOUS_TRY(minimum.value, objective(minimum.x));
  return minimum;
}

}  // namespace hartonomous::core::analysis
