// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How far the search for boundaries has come in a text (boundaries.hpp).
#pragma once

#include <cstdint>
#include <string_view>

#include "core/split/character_masks.hpp"
#include "core/split/pattern.hpp"

namespace hartonomous::core::split {

// What a block must know of what is before it. All zero where a piece begins, but `begins`.
struct BoundaryState {
  // 0 or 1, of the last character:
  std::uint64_t letter = 0, lower = 0, caseless = 0, number = 0, other = 0, blank = 0, line_end = 0;
  std::uint64_t lone_other = 0;    // an "other" that takes letters after it along
  std::uint64_t absorbed = 0;      // a line end that belongs to the others before it
  std::uint64_t space = 0;         // space that is not absorbed
  std::uint64_t number_phase = 0;  // numbers since the last cut
  // Decided already, for the first characters of the block:
  std::uint64_t begins = 0, continues = 0;
};

struct BoundaryReader {
  Pattern pattern = Pattern::kNone;
  std::string_view text;
  std::size_t trailing_space = 0;   // where the space begins that the text ends with
  std::size_t at = 0;               // of `now`
  std::size_t contraction_end = 0;  // of the last one
  CharacterMasks now, next;
  BoundaryState state;
};

struct BlockBoundaries {
  std::size_t at;
  std::uint64_t begins;  // bit i: a piece begins at byte at + i
  unsigned bytes;        // 0 at the end of the text
  bool is_hard;          // something in it is left to piece_end(); nothing is said of `begins`
};

}  // namespace hartonomous::core::split
