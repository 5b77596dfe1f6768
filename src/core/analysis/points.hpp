// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Points as rows of numbers, all finite and of one length.
#pragma once

#include <cstddef>
#include <span>

#include "core/base/result.hpp"

namespace hartonomous::core::analysis {

struct Points {
  std::span<const double> values;  // row after row
  std::size_t dimensions = 0;

  std::size_t size() const noexcept { return dimensions == 0 ? 0 : values.size() / dimensions; }
  std::span<const double> operator[](std::size_t i) const noexcept {
    return values.subspan(i * dimensions, dimensions);
  }
};

// kInvalidArgument for NaN and infinities, naming the first row that has one; kLimitExceeded from
// 2^31 points on.
Status check(const Points& points);

enum class Metric {
  kEuclidean,
  kManhattan,
  kCosine,  // 1 - cosine of the angle; points at the origin have none
};

// The metric of that name: euclidean, manhattan, cosine. kInvalidArgument with the names in the
// hint.
Result<Metric> metric_named(std::string_view name);

// O(dimensions). REQUIRES: equal lengths; of kCosine that neither is zero.
double distance(std::span<const double> a, std::span<const double> b, Metric metric) noexcept;

}  // namespace hartonomous::core::analysis
