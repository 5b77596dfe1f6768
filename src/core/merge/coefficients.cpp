// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A mean of directions lies in the space that the vectors span, so an iteration that looks for one
// need not touch the vectors: it works on the coefficients, and every product it asks for is a
// quadratic form of the vectors' own. One pass over the tensors serves any number of steps.
#include "core/merge/coefficients.hpp"

#include <algorithm>
#include <cmath>

#include "core/space/trigonometry.hpp"

namespace hartonomous::core::merge {

namespace {

using Coefficients = std::vector<double>;

constexpr double kTiny = 1e-8;           // a mean of directions shorter than that is none
constexpr double kStraight = 1e-6;       // the sine of an angle that is none, or a straight one
constexpr double kNearlyAlike = 0.9995;  // slerp's: a cosine from which the chord serves

double sine(double angle) noexcept { return space::sincos(angle).sin; }

double angle_of(double cosine) noexcept {
  return space::atan2(std::sqrt((1 - cosine) * (1 + cosine)), cosine);
}

Coefficients weights_of(const Recipe& recipe) {
  Coefficients weights;
  for (const ModelParameters& model : recipe.models) weights.push_back(model.weight);
  return weights;
}

Coefficients divided(Coefficients values, double divisor) {
  for (double& value : values) value /= divisor;
  return values;
}

double sum_of(const Coefficients& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

Coefficients linear(const Recipe& recipe) {
  const Coefficients weights = weights_of(recipe);
  return recipe.normalize ? divided(weights, sum_of(weights)) : weights;
}

Coefficients task_arithmetic(const Recipe& recipe) {
  Coefficients weights = weights_of(recipe);
  const double sum = sum_of(weights);
  if (recipe.normalize && std::abs(sum) >= kTiny) weights = divided(std::move(weights), sum);
  for (double& weight : weights) weight *= recipe.lambda;
  return weights;
}

// From the first of two vectors to the second, along the circle.
Coefficients on_circle(const Gram& gram, double t, double alike) {
  const double norms = std::sqrt(gram(0, 0)) * std::sqrt(gram(1, 1));
  if (norms == 0) return {1 - t, t};
  const double cosine = std::clamp(gram(0, 1) / norms, -1.0, 1.0);
  if (std::abs(cosine) > alike) return {1 - t, t};
  const double angle = angle_of(cosine), whole = sine(angle);
  if (std::abs(whole) < kStraight) return {1 - t, t};
  return {sine((1 - t) * angle) / whole, sine(t * angle) / whole};
}

Coefficients nuslerp(const Recipe& recipe, const Gram& gram) {
  const double first = recipe.models[0].weight, second = recipe.models[1].weight;
  const double t = std::abs(first + second) < 1e-6 ? 0.5 : second / (first + second);
  return on_circle(gram, t, 1);
}

// Unit vectors as multiples of the vectors, and their products; without those of norm up to
// `least`.
struct Directions {
  std::vector<std::size_t> which;
  std::vector<double> norms;  // of those
  Gram products;
};

Directions directions_of(const Gram& gram, double least) {
  std::vector<std::size_t> which;
  std::vector<double> norms;
  for (std::size_t i = 0; i < gram.size(); ++i) {
    const double norm = std::sqrt(gram(i, i));
    if (norm <= least) continue;
    which.push_back(i);
    norms.push_back(norm);
  }
  Gram products(which.size());
  for (std::size_t i = 0; i < which.size(); ++i) {
    products.set(i, i, 1);
    for (std::size_t j = 0; j < i; ++j) {
      const double cosine = gram(which[i], which[j]) / norms[i] / norms[j];
      products.set(i, j, std::clamp(cosine, -1.0, 1.0));
    }
  }
  return {std::move(which), std::move(norms), std::move(products)};
}

double dot(const Gram& gram, const Coefficients& a, const Coefficients& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    double row = 0;
    for (std::size_t j = 0; j < b.size(); ++j) row += gram(i, j) * b[j];
    sum += a[i] * row;
  }
  return sum;
}

double norm(const Gram& gram, const Coefficients& a) {
  return std::sqrt(std::max(0.0, dot(gram, a, a)));
}

// Back from multiples of directions to multiples of vectors.
Coefficients of_vectors(const Directions& directions, const Coefficients& unit, double length,
                        std::size_t vectors) {
  Coefficients all(vectors);
  for (std::size_t i = 0; i < unit.size(); ++i) {
    all[directions.which[i]] = length * unit[i] / directions.norms[i];
  }
  return all;
}

// The exponential map at the weighted mean of the directions: the tangent vectors there sum to
// zero, so it is that mean, as long as the vectors are on average.
Coefficients multislerp(const Recipe& recipe, const Gram& gram) {
  const Coefficients weights = linear(recipe);
  const Directions directions = directions_of(gram, 0);
  Coefficients unit;
  double length = 0;
  for (std::size_t i = 0; i < directions.which.size(); ++i) {
    unit.push_back(weights[directions.which[i]]);
    length += weights[directions.which[i]] * directions.norms[i];
  }
  const double mean = norm(directions.products, unit);
  if (mean < kTiny || gram.size() == 1) return weights;
  return of_vectors(directions, divided(std::move(unit), mean), length, gram.size());
}

// One step from `mean` along the geodesics to all directions; whether that was a step at all.
// Nothing if one lies opposite, so that there is no shortest way.
std::optional<bool> karcher_step(const Recipe& recipe, const Gram& products,
                                 const Coefficients& weights, Coefficients& mean) {
  Coefficients tangent(mean.size());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    Coefficients one(mean.size());
    one[i] = 1;
    const double cosine = std::clamp(dot(products, mean, one), -1.0, 1.0);
    const double angle = angle_of(cosine);
    if (angle < recipe.tolerance) continue;
    const double whole = sine(angle);
    if (cosine < 0 && whole < kStraight) return std::nullopt;
    const double step = weights[i] * angle / whole;
    for (std::size_t j = 0; j < mean.size(); ++j) tangent[j] += step * (one[j] - cosine * mean[j]);
  }
  const double length = norm(products, tangent);
  if (length < recipe.tolerance) return false;
  const auto turn = space::sincos(length);
  for (std::size_t j = 0; j < mean.size(); ++j) {
    mean[j] = turn.cos * mean[j] + turn.sin * tangent[j] / length;
  }
  mean = divided(std::move(mean), norm(products, mean));
  return true;
}

Coefficients karcher(const Recipe& recipe, const Gram& gram) {
  Coefficients weights = weights_of(recipe);
  weights = divided(weights, sum_of(weights));
  if (gram.size() == 1) return weights;
  const Directions directions = directions_of(gram, recipe.tolerance);
  Coefficients own;
  double length = 0;
  for (std::size_t i = 0; i < gram.size(); ++i) length += weights[i] * std::sqrt(gram(i, i));
  for (const std::size_t i : directions.which) own.push_back(weights[i]);
  const double sum = sum_of(own);
  if (own.empty() || std::abs(sum) < kTiny) return weights;
  own = divided(std::move(own), sum);
  const double start = norm(directions.products, own);
  if (start < recipe.tolerance) return weights;
  Coefficients mean = divided(own, start);
  for (std::uint64_t i = 0; i < recipe.max_iterations; ++i) {
    const std::optional<bool> moved = karcher_step(recipe, directions.products, own, mean);
    if (!moved) return weights;
    if (!*moved) break;
  }
  return of_vectors(directions, mean, length, gram.size());
}

Coefficients model_stock(const Gram& gram) {
  const std::size_t n = gram.size();
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const double norms = std::sqrt(gram(i, i)) * std::sqrt(gram(j, j));
      if (norms > 0) sum += std::clamp(gram(i, j) / norms, -1.0, 1.0);
    }
  }
  const auto count = static_cast<double>(n);
  const double cosine = sum / (count * (count - 1) / 2);
  const double divisor = 1 + (count - 1) * cosine;
  const double t = std::abs(divisor) < kTiny ? 0 : count * cosine / divisor;
  return Coefficients(n, t / count);
}

}  // namespace

bool is_combination(Method method) noexcept {
  switch (method) {
    case Method::kLinear:
    case Method::kTaskArithmetic:
      return true;
    default:
      return needs_products(method);
  }
}

bool needs_products(Method method) noexcept {
  switch (method) {
    case Method::kSlerp:
    case Method::kNuslerp:
    case Method::kMultislerp:
    case Method::kKarcher:
    case Method::kModelStock:
      return true;
    default:
      return false;
  }
}

std::vector<double> coefficients(const Recipe& recipe, const Gram& gram) {
  switch (recipe.method) {
    case Method::kTaskArithmetic:
      return task_arithmetic(recipe);
    case Method::kSlerp:
      return on_circle(gram, recipe.t, kNearlyAlike);
    case Method::kNuslerp:
      return nuslerp(recipe, gram);
    case Method::kMultislerp:
      return multislerp(recipe, gram);
    case Method::kKarcher:
      return karcher(recipe, gram);
    case Method::kModelStock:
      return model_stock(gram);
    default:
      return linear(recipe);
  }
}

}  // namespace hartonomous::core::merge
