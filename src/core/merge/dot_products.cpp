// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/merge/dot_products.hpp"

#include <algorithm>

namespace hartonomous::core::merge {

namespace {

constexpr std::size_t kStretch = 1024;  // elements: some vectors of doubles stay in the first cache

}  // namespace

DotProducts::DotProducts(std::size_t vectors)
    : vectors_(vectors),
      sums_(vectors * (vectors + 1) / 2),
      parts_(vectors, std::vector<double>(kStretch)) {}

void DotProducts::add(std::uint64_t first, std::span<const std::span<const float>> vectors,
                      std::span<const float> origin) {
  const std::size_t count = vectors.empty() ? 0 : vectors.front().size();
  for (std::size_t at = 0; at < count; at += kStretch) {
    const std::size_t n = std::min(kStretch, count - at);
    for (std::size_t v = 0; v < vectors_; ++v) {
      for (std::size_t i = 0; i < n; ++i) {
        const double zero = origin.empty() ? 0.0 : static_cast<double>(origin[at + i]);
        parts_[v][i] = static_cast<double>(vectors[v][at + i]) - zero;
      }
    }
    std::size_t pair = 0;
    for (std::size_t a = 0; a < vectors_; ++a) {
      for (std::size_t b = a; b < vectors_; ++b, ++pair) {
        auto& sums = sums_[pair];
        const double *x = parts_[a].data(), *y = parts_[b].data();
        std::size_t i = 0;
        // Up to where position and lane begin together, then whole rounds, then the rest.
        for (; i < n && (first + at + i) % kLanes != 0; ++i) {
          sums[(first + at + i) % kLanes] += x[i] * y[i];
        }
        for (; i + kLanes <= n; i += kLanes) {
          for (std::size_t lane = 0; lane < kLanes; ++lane) {
            sums[lane] += x[i + lane] * y[i + lane];
          }
        }
        for (std::size_t lane = 0; i < n; ++i, ++lane) sums[lane] += x[i] * y[i];
      }
    }
  }
}

Gram DotProducts::gram() const {
  Gram gram(vectors_);
  std::size_t pair = 0;
  for (std::size_t a = 0; a < vectors_; ++a) {
    for (std::size_t b = a; b < vectors_; ++b, ++pair) {
      const auto& s = sums_[pair];
      gram.set(a, b, ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7])));
    }
  }
  return gram;
}

}  // namespace hartonomous::core::merge
