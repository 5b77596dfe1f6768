// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a fold of evidence says: a probability, its rating, and the doubt about it. All are pure
// functions of a Fold, computed when asked for and never stored.
//
// A rating is a log-probability on the Elo scale, not a tournament: R = 2000 + 400 log10 p. 2000 is
// certain, each tenth of the probability costs 400, and p(i beats j) = 1 / (1 + 10^((Rj - Ri)/400))
// holds between the words of a context (Luce's choice axiom).
#pragma once

#include <span>
#include <vector>

#include "core/graph/fold.hpp"

namespace hartonomous::core::graph {

// [S + (mu + T - K) lower] / (T + mu): the sources' expected counts, with mu observations' worth of
// the shorter context's probability `lower` added and the mass below the sources' cut-off given to
// it. Sums to 1 over a context's words if `lower` does. REQUIRES: mu > 0.
double edge_probability(const Fold& fold, double mu, double lower) noexcept;

// (S + mu prior) / (T + mu): a domain's own evidence over the general probability `prior`.
double domain_probability(const Fold& domain, double mu, double prior) noexcept;

// -infinity for 0.
double rating(double probability) noexcept;
double probability_of_rating(double rating) noexcept;

// 400 log10(p / base): how much the context speaks for the word beyond its base rate.
double lift(double probability, double base) noexcept;

// Glicko's rating deviation: (400 / ln 10) sqrt(psi1(a) + psi1(b)), a = S_eff + 0.87 and
// b = T_eff - S_eff + 0.87, psi1 the trigamma function. 349 without evidence.
double rating_deviation(const Fold& fold) noexcept;

// Between-source variance of ln p by DerSimonian and Laird, and the share of the variance that is
// not within the sources (I squared, 0 .. 1). Both 0 for fewer than two sources.
struct Heterogeneity {
  double tau_squared, i_squared;
};
Heterogeneity heterogeneity(const Fold& fold) noexcept;

// Generalised Jensen-Shannon divergence in nats of sources' distributions over one context, with
// what each keeps to itself as one more outcome: H(sum w_m P_m) - sum w_m H(P_m), 0 .. ln M.
struct SourceDistribution {
  std::vector<double> of;  // by outcome, the same outcomes for every source
  double weight;           // relative; the weights are made to sum to 1
};
// REQUIRES: all `of` equally long. 0 if the weights sum to 0.
double divergence(std::span<const SourceDistribution> sources) noexcept;

// The derivative of the derivative of ln gamma. REQUIRES: x > 0. To 1e-12.
double trigamma(double x) noexcept;

}  // namespace hartonomous::core::graph
