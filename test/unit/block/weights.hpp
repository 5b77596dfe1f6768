// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Weights made up for tests and benches: seeded, the same on every machine.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::test {

// SplitMix64 and normally distributed numbers from it (polar method, Marsaglia 1962).
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  double uniform() noexcept { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double normal() noexcept {
    for (;;) {
      const double u = 2 * uniform() - 1, v = 2 * uniform() - 1, square = u * u + v * v;
      if (square > 0 && square < 1) return u * std::sqrt(-2 * std::log(square) / square);
    }
  }
  // Student's t with four degrees of freedom: heavy tails.
  double student() noexcept {
    double chi_square = 0;
    for (int i = 0; i < 4; ++i) {
      const double part = normal();
      chi_square += part * part;
    }
    return normal() / std::sqrt(chi_square / 4);
  }

 private:
  std::uint64_t state_;
};

template <class T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

inline std::vector<std::byte> bfloat16_bytes(const std::vector<float>& values) {
  std::vector<std::uint16_t> halves;
  halves.reserve(values.size());
  for (const float value : values) halves.push_back(core::tensor::float_to_bfloat16(value));
  return bytes_of(halves);
}

inline std::vector<float> normal_weights(std::uint64_t seed, std::size_t count, double deviation) {
  Noise noise(seed);
  std::vector<float> weights(count);
  for (float& weight : weights) weight = static_cast<float>(deviation * noise.normal());
  return weights;
}

// `weights` with normal noise of the given deviation added, as training on would.
inline std::vector<float> tuned(const std::vector<float>& weights, std::uint64_t seed,
                                double deviation) {
  Noise noise(seed);
  std::vector<float> result(weights);
  for (float& weight : result) weight += static_cast<float>(deviation * noise.normal());
  return result;
}

}  // namespace hartonomous::test
