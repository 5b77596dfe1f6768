// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Vectors of positions made one vector of a text. Sums run in double, in order of positions.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/run/model_description.hpp"

namespace hartonomous::core::run {

class Pooler {
 public:
  // REQUIRES: pooling is not kNone.
  Pooler(Pooling pooling, std::size_t size) : pooling_(pooling), sum_(size, 0.0) {}

  void add(std::span<const float> vector) noexcept;
  // Of what was added, zeros if nothing was; divided by its length if `normalizes` and that is
  // not 0.
  std::vector<float> vector(bool normalizes) const;

 private:
  Pooling pooling_;
  std::size_t count_ = 0;
  std::vector<double> sum_;
};

}  // namespace hartonomous::core::run
