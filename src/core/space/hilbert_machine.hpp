// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The n-dimensional Hilbert curve as a machine of few states: the definition that every table and
// kernel in this folder is generated from and tested against.
//
// A cell at level b of the curve is a cube, and the curve inside it is the one first-order curve,
// a Gray-code walk over the 2^n corners, reflected so that it enters at corner `entry` and turned
// so that it leaves along axis `direction`. (entry, direction) is the whole state. With digit =
// one bit of each coordinate, axis 0 the most significant, and i = the position along the walk:
//
//   corner visited at i, in a standard cell      gray(i) = i ^ (i >> 1)
//   digit of child i                             entry ^ rotl(gray(i), direction + 1)
//   state of child i                             entry ^= rotl(start(i), direction + 1)
//                                                direction += turn(i) + 1 (mod n)
//
// where start(0) = 0, start(i) = gray(2 floor((i - 1) / 2)) is the corner at which child i is
// entered and turn(i) the axis along which it is left. The curve starts at the origin and ends at
// (0, ..., 0, max). n 2^(n-1) states are reachable: 4, 12, 32, 80 for n = 2..5. The high digits of
// a key are the key of the cell at a coarser level, so truncated keys are prefixes.
//
// "The" Hilbert curve exists only in two dimensions; this one is pinned by golden values in
// test/unit/space/hilbert_test.cpp, for keys are stored. Skilling's loop, found in most public
// code, is another curve in three and more dimensions and needs n! 2^(n-1) states.
//
// Sources: Moore, "Fast Hilbert curve generation, sorting, and range queries", 1999; Hamilton and
// Rau-Chaplin, "Compact Hilbert indices", 2008.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace hartonomous::core::space {

template <unsigned N>
class HilbertMachine {
  static_assert(N >= 2 && N <= 5);

 public:
  using Key = unsigned __int128;
  using Coordinates = std::array<std::uint32_t, N>;

  struct State {
    std::uint32_t entry = 0, direction = 0;
    constexpr bool operator==(const State&) const = default;
  };

  static constexpr std::uint32_t kCorners = 1u << N;
  static constexpr unsigned kStates = N << (N - 1);

  // Which child of a cell in `state` covers the corner `digit`; 0..kCorners-1.
  static constexpr std::uint32_t child(State state, std::uint32_t digit) noexcept {
    return gray_rank(rotate_right(digit ^ state.entry, state.direction + 1));
  }
  static constexpr std::uint32_t digit(State state, std::uint32_t child) noexcept {
    return state.entry ^ rotate_left(gray(child), state.direction + 1);
  }
  static constexpr State next(State state, std::uint32_t child) noexcept {
    return {state.entry ^ rotate_left(start(child), state.direction + 1),
            (state.direction + turn(child) + 1) % N};
  }

  // Position on the curve of 2^levels cells a side. REQUIRES: levels <= 32, N * levels <= 128,
  // every coordinate < 2^levels.
  static constexpr Key encode(const Coordinates& at, unsigned levels) noexcept {
    State state;
    Key key = 0;
    for (unsigned level = levels; level-- > 0;) {
      std::uint32_t corner = 0;
      for (const std::uint32_t c : at) corner = corner << 1 | (c >> level & 1);
      const std::uint32_t step = child(state, corner);
      key = key << N | step;
      state = next(state, step);
    }
    return key;
  }
  static constexpr Coordinates decode(Key key, unsigned levels) noexcept {
    State state;
    Coordinates at{};
    for (unsigned level = levels; level-- > 0;) {
      const auto step = static_cast<std::uint32_t>(key >> (level * N)) & (kCorners - 1);
      const std::uint32_t corner = digit(state, step);
      for (unsigned axis = 0; axis < N; ++axis) {
        at[axis] = at[axis] << 1 | (corner >> (N - 1 - axis) & 1);
      }
      state = next(state, step);
    }
    return at;
  }

 private:
  static constexpr std::uint32_t gray(std::uint32_t i) noexcept { return i ^ (i >> 1); }
  static constexpr std::uint32_t gray_rank(std::uint32_t code) noexcept {
    for (unsigned shift = 1; shift < N; shift <<= 1) code ^= code >> shift;
    return code;
  }
  static constexpr std::uint32_t rotate_left(std::uint32_t v, std::uint32_t by) noexcept {
    by %= N;
    return (v << by | v >> (N - by)) & (kCorners - 1);
  }
  static constexpr std::uint32_t rotate_right(std::uint32_t v, std::uint32_t by) noexcept {
    return rotate_left(v, N - by % N);
  }
  static constexpr std::uint32_t start(std::uint32_t child) noexcept {
    return child == 0 ? 0 : gray((child - 1) / 2 * 2);
  }
  static constexpr std::uint32_t turn(std::uint32_t child) noexcept {
    if (child == 0) return 0;
    return std::countr_one(child % 2 == 1 ? child : child - 1) % N;
  }
};

}  // namespace hartonomous::core::space
