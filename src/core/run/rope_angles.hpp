// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The angles of rotary positions under every scaling. Computed in double: an angle is a position
// times a frequency, and at position 100 000 a float would have lost three digits of it.
#pragma once

#include <span>
#include <vector>

#include "core/run/model_description.hpp"

namespace hartonomous::core::run {

class RopeAngles {
 public:
  // For sequences made for `context_length` positions, which decides between longrope's two sets.
  RopeAngles(const Rope& rope, std::size_t context_length);

  std::size_t dimensions() const noexcept { return 2 * frequencies_.size(); }
  // Writes cosine and sine, times the scaling's magnitude, of each pair at `position`.
  // REQUIRES: turns.size() == dimensions().
  void fill(std::size_t position, std::span<float> turns) const noexcept;

 private:
  std::vector<double> frequencies_;  // radians per position
  double magnitude_ = 1;
};

}  // namespace hartonomous::core::run
