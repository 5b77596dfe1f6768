// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The angles of rotary positions under every scaling. Computed in double: an angle is a position
// times a frequency, and at position 100 000 a float would have lost three digits of it. For GGUF
// files they are llama.cpp's, digits lost or not: in float, a pair's angle from the one before it,
// because what keys and queries are rounded to later hangs on the last bit.
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
  struct Steps {
    float factor = 0;                // from a pair's angle to the next one's; 0: not made by steps
    float stretch = 1;               // multiplies all angles,
    std::vector<float> unstretched;  // but for this share of each pair's; none: 0
    std::vector<float> divisors;     // of each pair's; none: 1
  };
  void fill_by_steps(std::size_t position, std::span<float> turns) const noexcept;

  std::vector<double> frequencies_;  // radians per position
  double magnitude_ = 1;
  Steps steps_;
};

}  // namespace hartonomous::core::run
