// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Pair i of d dimensions turns by base^(-2i/d) radians per position. A longer context than the
// model was trained on would meet angles it has never seen, so the slow pairs, whose turns are
// longer than the original context, are slowed further:
//   linear    every frequency divided by the factor (Chen et al. 2023)
//   yarn      the slow ones divided, the fast ones kept, a linear ramp between the pairs that make
//             beta_fast and beta_slow turns in the original context; and attention sharpened by
//             0.1 ln(factor) + 1 (Peng et al. 2023)
//   llama3    the same idea with a ramp in the frequency itself (Llama 3.1's reference code)
//   long      a divisor per pair, found by search; magnitude sqrt(1 + ln(factor)/ln(original))
//             (Ding et al. 2024)
#include "core/run/rope_angles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hartonomous::core::run {

namespace {

// The share of a pair's frequency that is divided by the factor.
double yarn_ramp(const Rope& rope, std::size_t pair) {
  const auto dimensions = static_cast<double>(rope.dimensions);
  const auto original = static_cast<double>(rope.original_context);
  // The pair, as a real number, that makes `turns` turns in the original context.
  const auto pair_of_turns = [&](double turns) {
    return dimensions * std::log(original / (turns * 2 * std::numbers::pi)) /
           (2 * std::log(rope.base));
  };
  const double low = std::max(std::floor(pair_of_turns(rope.beta_fast)), 0.0);
  const double high = std::min(std::ceil(pair_of_turns(rope.beta_slow)), dimensions - 1);
  const double width = std::max(high - low, 0.001);
  return std::clamp((static_cast<double>(pair) - low) / width, 0.0, 1.0);
}

double yarn_frequency(const Rope& rope, double frequency, std::size_t pair) {
  const double ramp = yarn_ramp(rope, pair);
  return frequency / rope.factor * ramp + frequency * (1 - ramp);
}

double llama3_frequency(const Rope& rope, double frequency) {
  const double turns =
      static_cast<double>(rope.original_context) * frequency / (2 * std::numbers::pi);
  if (turns > rope.high_frequency) return frequency;
  if (turns < rope.low_frequency) return frequency / rope.factor;
  const double kept = (turns - rope.low_frequency) / (rope.high_frequency - rope.low_frequency);
  return (1 - kept) * frequency / rope.factor + kept * frequency;
}

double magnitude_of(const Rope& rope) {
  if (rope.attention_factor > 0) return rope.attention_factor;
  if (rope.factor <= 1) return 1;
  if (rope.scaling == RopeScaling::kYarn) return 0.1 * std::log(rope.factor) + 1;
  if (rope.scaling != RopeScaling::kLong) return 1;
  return std::sqrt(1 +
                   std::log(rope.factor) / std::log(static_cast<double>(rope.original_context)));
}

}  // namespace

RopeAngles::RopeAngles(const Rope& rope, std::size_t context_length) {
  const bool is_long = rope.scaling == RopeScaling::kLong && context_length > rope.original_context;
  const std::vector<double>& divisors = is_long ? rope.long_factors : rope.short_factors;
  for (std::size_t pair = 0; pair < rope.dimensions / 2; ++pair) {
    const double exponent = 2 * static_cast<double>(pair) / static_cast<double>(rope.dimensions);
    double frequency = std::pow(rope.base, -exponent);
    if (rope.scaling == RopeScaling::kLinear) frequency /= rope.factor;
    if (rope.scaling == RopeScaling::kYarn) frequency = yarn_frequency(rope, frequency, pair);
    if (rope.scaling == RopeScaling::kLlama3) frequency = llama3_frequency(rope, frequency);
    if (pair < divisors.size()) frequency /= divisors[pair];
    frequencies_.push_back(frequency);
  }
  magnitude_ = magnitude_of(rope);
  if (!rope.steps_in_floats || rope.dimensions == 0) return;
  steps_.factor =
      std::pow(static_cast<float>(rope.base), -2.0F / static_cast<float>(rope.dimensions));
  const bool is_yarn = rope.scaling == RopeScaling::kYarn;
  if (is_yarn || rope.scaling == RopeScaling::kLinear) {
    steps_.stretch = 1 / static_cast<float>(rope.factor);
  }
  for (std::size_t pair = 0; is_yarn && pair < rope.dimensions / 2; ++pair) {
    steps_.unstretched.push_back(1 - static_cast<float>(yarn_ramp(rope, pair)));
  }
  steps_.divisors.assign(divisors.begin(), divisors.end());
}

void RopeAngles::fill_by_steps(std::size_t position, std::span<float> turns) const noexcept {
  const auto magnitude = static_cast<float>(magnitude_);
  auto theta = static_cast<float>(position);
  for (std::size_t pair = 0; pair < frequencies_.size(); ++pair, theta *= steps_.factor) {
    const float whole = pair < steps_.divisors.size() ? theta / steps_.divisors[pair] : theta;
    float angle = whole * steps_.stretch;
    if (pair < steps_.unstretched.size()) {
      const float kept = steps_.unstretched[pair];
      angle = angle * (1 - kept) + whole * kept;
    }
    turns[2 * pair] = std::cos(angle) * magnitude;
    turns[2 * pair + 1] = std::sin(angle) * magnitude;
  }
}

void RopeAngles::fill(std::size_t position, std::span<float> turns) const noexcept {
  if (steps_.factor != 0) return fill_by_steps(position, turns);
  for (std::size_t pair = 0; pair < frequencies_.size(); ++pair) {
    const double angle = static_cast<double>(position) * frequencies_[pair];
    turns[2 * pair] = static_cast<float>(std::cos(angle) * magnitude_);
    turns[2 * pair + 1] = static_cast<float>(std::sin(angle) * magnitude_);
  }
}

}  // namespace hartonomous::core::run
