// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The Hilbert machine unrolled into look-up tables at compile time: `Levels` steps of it at once.
// An entry is indexed by state << (N * Levels) | digits of the levels, the coarsest first, and
// holds next state << (N * Levels) | children taken; for decoding, digits and children change
// places. In 4-D two levels make a byte and a table 16 KiB, in 3-D three levels 9 bits and 12 KiB:
// both fit the first-level cache beside the data, which larger ones would not.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/space/hilbert_machine.hpp"

namespace hartonomous::core::space {

template <unsigned N, unsigned Levels>
struct HilbertTables {
  using Machine = HilbertMachine<N>;
  static constexpr unsigned kBits = N * Levels;
  static constexpr std::uint32_t kMask = (1u << kBits) - 1;
  static constexpr std::size_t kEntries = std::size_t{Machine::kStates} << kBits;

  // Bare arrays: compilers bound the steps of a constant expression, and each call of an
  // operator[] would be one.
  std::uint16_t encode[kEntries] = {}, decode[kEntries] = {};
};

namespace detail {

// The machine one level at a time, its states numbered in the order in which a breadth-first
// search from the start meets them.
template <unsigned N>
struct OneLevel {
  using Machine = HilbertMachine<N>;
  typename Machine::State states[Machine::kStates] = {};
  std::uint16_t digit[Machine::kStates][Machine::kCorners] = {};
  std::uint16_t next[Machine::kStates][Machine::kCorners] = {};
};

template <unsigned N>
constexpr OneLevel<N> make_one_level() {
  using Machine = HilbertMachine<N>;
  OneLevel<N> machine;
  unsigned known = 1;  // state 0 is the start
  for (unsigned s = 0; s < known; ++s) {
    for (std::uint32_t step = 0; step < Machine::kCorners; ++step) {
      const auto next = Machine::next(machine.states[s], step);
      unsigned number = 0;
      while (number < known && !(machine.states[number] == next)) ++number;
      if (number == known) machine.states[known++] = next;
      machine.digit[s][step] = static_cast<std::uint16_t>(Machine::digit(machine.states[s], step));
      machine.next[s][step] = static_cast<std::uint16_t>(number);
    }
  }
  return machine;
}

}  // namespace detail

template <unsigned N, unsigned Levels>
constexpr HilbertTables<N, Levels> make_hilbert_tables() {
  using Tables = HilbertTables<N, Levels>;
  const auto machine = detail::make_one_level<N>();
  Tables tables;
  for (std::uint32_t start = 0; start < Tables::Machine::kStates; ++start) {
    for (std::uint32_t children = 0; children <= Tables::kMask; ++children) {
      std::uint32_t state = start;
      std::uint32_t digits = 0;
      for (unsigned level = Levels; level-- > 0;) {
        const std::uint32_t step = children >> (level * N) & (Tables::Machine::kCorners - 1);
        digits = digits << N | machine.digit[state][step];
        state = machine.next[state][step];
      }
      const std::uint32_t row = start << Tables::kBits;
      const std::uint32_t next = state << Tables::kBits;
      tables.decode[row | children] = static_cast<std::uint16_t>(next | digits);
      tables.encode[row | digits] = static_cast<std::uint16_t>(next | children);
    }
  }
  return tables;
}

}  // namespace hartonomous::core::space
