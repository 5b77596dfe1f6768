// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Weights with which several predictors' probabilities are added, fitted to a text that none of
// them was made from. A position falls into a bucket by what the main model knows of its context,
// and each bucket has its own weights (Jelinek and Mercer 1980).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::graph {

struct MixtureWeights {
  std::uint32_t buckets = 0, components = 0;
  std::vector<double> of;  // of bucket b: of[b * components ..], not negative, summing to 1
  double exponent = 1;     // of the sharpening of their sum, see Head below

  std::span<const double> bucket(std::uint32_t b) const noexcept {
    return std::span(of).subspan(std::size_t{b} * components, components);
  }
};

// The probabilities that the components gave to the words of a text, a position after the other.
struct MixtureSamples {
  std::uint32_t components = 0;
  std::vector<std::uint32_t> bucket;  // of each position
  std::vector<float> probability;     // of each position and component
};

// Weights that make the samples likely: `rounds` rounds of expectation maximisation for all
// positions together, then as many for each bucket with those weights added as `prior` positions,
// so that a bucket without positions keeps them. Deterministic: sums run in the order given.
// kInvalidArgument if the sizes do not fit or a bucket is >= `buckets`. Positions to which no
// component gives a chance are passed over. O(rounds * positions * components).
Result<MixtureWeights> fit_mixture(const MixtureSamples& samples, std::uint32_t buckets,
                                   Checkpoint& checkpoint, int rounds = 30, double prior = 20);

// A sum of probabilities is too cautious: where several predictors are right together it should be
// surer than any (Ranjan and Gneiting 2010). So it is sharpened: p becomes f(p) / Z with
//   f(p) = p^exponent from the least of the likeliest kHead words, t, upwards, and
//   f(p) = p t^(exponent - 1) below it,
// which keeps the order of the words, is continuous, and needs only the likeliest words for Z, the
// sum of f over all words.
class Head {
 public:
  static constexpr std::size_t kWords = 8;

  // The probabilities of the kWords likeliest words, falling; fewer if no other word is possible.
  // REQUIRES: not empty, all > 0, sum <= 1, exponent >= 1.
  Head(std::span<const double> likeliest, double exponent) noexcept;
  double sharpen(double p) const noexcept;

 private:
  double exponent_, least_, scale_below_, scale_;
};

// What the sum gave to the likeliest words and to the word that came, at one position.
struct HeadSample {
  std::array<float, Head::kWords> likeliest{};
  float word = 0;
};

// What the word's probability becomes. REQUIRES: sample.word > 0.
double sharpened(const HeadSample& sample, double exponent) noexcept;

// The exponent, 1 .. 2 in steps of 1/100, that makes the samples likeliest. 1 for no samples.
double fit_exponent(std::span<const HeadSample> samples, Checkpoint& checkpoint);

// The bucket of a context of `length` words, known from how many `distinct` words follow it and
// from `backoff`, the share it leaves to shorter contexts. As about that share of its occurrences
// was taken off by discounts, distinct / backoff says how often it occurred. Bucketed by length,
// power of two of that, and how varied its continuations are. More than 64 distinct words count
// as 64.
inline constexpr std::uint32_t kBucketsPerLength = 21;
std::uint32_t context_bucket(std::uint32_t length, std::uint64_t distinct, float backoff) noexcept;

}  // namespace hartonomous::core::graph
