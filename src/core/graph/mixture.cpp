// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/mixture.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hartonomous::core::graph {

namespace {

constexpr std::size_t kStride = 1 << 14;  // positions between two checkpoints

// Adds to `gained` what each component is credited with at one position.
void credit(std::span<const float> probability, std::span<const double> weight,
            std::span<double> gained) noexcept {
  double total = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) total += weight[i] * probability[i];
  if (!(total > 0)) return;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    gained[i] += weight[i] * probability[i] / total;
  }
}

void normalise(std::span<const double> gained, std::span<double> weight) noexcept {
  double total = 0;
  for (const double g : gained) total += g;
  if (!(total > 0)) return;
  for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = gained[i] / total;
}

Status check(const MixtureSamples& samples, std::uint32_t buckets) {
  if (samples.components == 0 ||
      samples.probability.size() != samples.bucket.size() * samples.components) {
    return {Code::kInvalidArgument, "samples of a mixture do not fit together"};
  }
  for (const std::uint32_t b : samples.bucket) {
    if (b >= buckets) return {Code::kInvalidArgument, "bucket of a mixture out of range"};
  }
  return Status::ok();
}

}  // namespace

Result<MixtureWeights> fit_mixture(const MixtureSamples& samples, std::uint32_t buckets,
                                   Checkpoint& checkpoint, int rounds, double prior) {
  HARTONOMOUS_CHECK(check(samples, buckets));
  const std::uint32_t m = samples.components;
  const auto each = [&](auto&& visit) {
    for (std::size_t i = 0; i < samples.bucket.size(); ++i) {
      if (i % kStride == 0) checkpoint.reached(0);
      visit(samples.bucket[i], std::span(samples.probability).subspan(i * m, m));
    }
  };
  std::vector<double> global(m, 1.0 / m), gained(m);
  for (int round = 0; round < rounds; ++round) {
    std::fill(gained.begin(), gained.end(), 0.0);
    each([&](std::uint32_t, auto p) { credit(p, global, gained); });
    normalise(gained, global);
  }
  MixtureWeights weights{buckets, m, {}};
  for (std::uint32_t b = 0; b < buckets; ++b) {
    weights.of.insert(weights.of.end(), global.begin(), global.end());
  }
  for (int round = 0; round < rounds; ++round) {
    gained.assign(weights.of.size(), 0.0);
    for (std::size_t i = 0; i < gained.size(); ++i) gained[i] = prior * global[i % m];
    each([&](std::uint32_t b, auto p) {
      const std::size_t at = std::size_t{b} * m;
      credit(p, std::span(weights.of).subspan(at, m), std::span(gained).subspan(at, m));
    });
    for (std::size_t at = 0; at < gained.size(); at += m) {
      normalise(std::span(gained).subspan(at, m), std::span(weights.of).subspan(at, m));
    }
  }
  return weights;
}

Head::Head(std::span<const double> likeliest, double exponent) noexcept
    : exponent_(exponent),
      least_(likeliest.back()),
      scale_below_(std::pow(likeliest.back(), exponent - 1)) {
  double head = 0, sum = 0;
  for (const double p : likeliest) {
    head += std::pow(p, exponent);
    sum += p;
  }
  scale_ = 1 / (head + std::max(0.0, 1 - sum) * scale_below_);
}

double Head::sharpen(double p) const noexcept {
  return scale_ * (p >= least_ ? std::pow(p, exponent_) : p * scale_below_);
}

double sharpened(const HeadSample& sample, double exponent) noexcept {
  std::array<double, Head::kWords> likeliest;
  std::size_t count = 0;
  for (const float p : sample.likeliest) {
    if (p > 0) likeliest[count++] = p;
  }
  return Head(std::span(likeliest).first(count), exponent).sharpen(sample.word);
}

double fit_exponent(std::span<const HeadSample> samples, Checkpoint& checkpoint) {
  double best = 1, best_sum = 0;
  for (int step = 0; step <= 100; ++step) {
    const double exponent = 1 + step / 100.0;
    double sum = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (i % kStride == 0) checkpoint.reached(0);
      if (!(samples[i].likeliest[0] > 0 && samples[i].word > 0)) continue;
      sum += std::log(sharpened(samples[i], exponent));
    }
    if (step == 0 || sum > best_sum) best = exponent, best_sum = sum;
    if (step > 0 && sum < best_sum) break;  // the sum has one peak
  }
  return best;
}

std::uint32_t context_bucket(std::uint32_t length, std::uint64_t distinct, float backoff) noexcept {
  constexpr std::uint64_t kMany = 64;
  constexpr double kVaried = 0.4;
  const double share = std::max(double{backoff}, 1e-9);
  const double occurrences = static_cast<double>(std::min(distinct, kMany)) / share;
  const auto known = static_cast<std::uint64_t>(std::clamp(occurrences, 1.0, double{kMany}));
  const auto size = static_cast<std::uint32_t>(std::bit_width(known)) - 1;
  const std::uint32_t variety = distinct <= 1 ? 0 : share > kVaried ? 1 : 2;
  return (length * 7 + size) * 3 + variety;
}

}  // namespace hartonomous::core::graph
