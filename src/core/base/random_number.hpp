// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Random numbers as a function of seed and place alone (SplitMix64, Steele, Lea and Flood 2014):
// a draw can be repeated, and a sequence resumed in its middle, on any machine.
#pragma once

#include <cstdint>

namespace hartonomous::core {

// The `index`-th number of the sequence of `seed`, uniform in [0, 1).
inline double random_number(std::uint64_t seed, std::uint64_t index) noexcept {
  std::uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1p-53;
}

}  // namespace hartonomous::core
