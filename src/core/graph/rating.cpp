// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/rating.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hartonomous::core::graph {

namespace {

double real(Wide value, int bits) noexcept { return std::ldexp(static_cast<double>(value), -bits); }

double entropy_term(double p) noexcept { return p > 0 ? -p * std::log(p) : 0; }

}  // namespace

double edge_probability(const Fold& fold, double mu, double lower) noexcept {
  const double counted = real(fold.count, kCountBits + kWeightBits);
  const double total = real(fold.total, kCountBits + kWeightBits);
  const double tail = real(fold.total - fold.kept, kCountBits + kWeightBits);
  return (counted + (mu + tail) * lower) / (total + mu);
}

double domain_probability(const Fold& domain, double mu, double prior) noexcept {
  return (real(domain.count, kCountBits + kWeightBits) + mu * prior) /
         (real(domain.total, kCountBits + kWeightBits) + mu);
}

double rating(double probability) noexcept { return 2000 + 400 * std::log10(probability); }

double probability_of_rating(double rating) noexcept { return std::pow(10, (rating - 2000) / 400); }

double lift(double probability, double base) noexcept {
  return 400 * std::log10(probability / base);
}

double trigamma(double x) noexcept {
  double sum = 0;
  for (; x < 16; x += 1) sum += 1 / (x * x);  // psi1(x) = psi1(x + 1) + 1 / x^2
  const double r = 1 / (x * x);
  return sum + 1 / x + r / 2 + r / x * (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r / 30)));
}

double rating_deviation(const Fold& fold) noexcept {
  constexpr double kPrior = 0.87;
  const double counted = real(fold.witness_count, kCountBits);
  const double total = real(fold.witness_total, kCountBits);
  return 400 / std::numbers::ln10 *
         std::sqrt(trigamma(counted + kPrior) + trigamma(total - counted + kPrior));
}

Heterogeneity heterogeneity(const Fold& fold) noexcept {
  if (fold.sources < 2) return {0, 0};
  const auto sources = static_cast<double>(fold.sources);
  const double mean = real(fold.log_sum, kLogBits) / sources;
  const double square = real(fold.log_square_sum, 2 * kLogBits);
  const double variance = std::max(0.0, (square - sources * mean * mean) / (sources - 1));
  const double within = real(fold.variance_sum, kLogBits) / sources;
  const double between = std::max(0.0, variance - within);
  return {between, variance > 0 ? between / variance : 0};
}

double divergence(std::span<const SourceDistribution> sources) noexcept {
  double weights = 0;
  for (const SourceDistribution& source : sources) weights += source.weight;
  if (weights <= 0) return 0;
  double of_mean = 0, mean_of = 0;
  for (std::size_t i = 0; i < sources.front().of.size(); ++i) {
    double mixed = 0;
    for (const SourceDistribution& source : sources) {
      const double share = source.weight / weights;
      mixed += share * source.of[i];
      mean_of += share * entropy_term(source.of[i]);
    }
    of_mean += entropy_term(mixed);
  }
  return std::max(0.0, of_mean - mean_of);
}

}  // namespace hartonomous::core::graph
