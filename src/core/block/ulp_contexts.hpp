// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which context a number of a block is coded in, from what the decoder knows beforehand: the base's
// exponent e and the level of the segment of 1024 numbers it stands in. A change of size c is about
// c / 2^e ULPs, so both say the same kind of thing, and their difference is all that matters: how
// many ULPs to expect, in half octaves. Neighbouring expectations with like distributions share a
// context. Segments without any change are told apart by level 0 and have a context of their own.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/block/rans.hpp"

namespace hartonomous::core::block {

inline constexpr std::size_t kSegment = 1024;
inline constexpr std::uint8_t kUnchanged = 0;  // the level of a segment equal to its base
inline constexpr std::uint8_t kMiddleLevel = 128;
inline constexpr unsigned kMaxExpectations = 64;

struct UlpContexts {
  int origin = 0;                  // of expectations: clamp(origin + level - 2 e, 0, runs' sum - 1)
  std::vector<std::uint8_t> runs;  // per context, how many expectations share it; each >= 1
  bool has_unchanged = false;      // one more context, the last, for unchanged segments

  unsigned count() const noexcept {
    return static_cast<unsigned>(runs.size()) + (has_unchanged ? 1 : 0);
  }
  unsigned expectations() const noexcept;
  // The context of each expectation.
  std::array<std::uint8_t, kMaxExpectations> map() const noexcept;
};

// Stored: i16 origin, u8 has_unchanged, u8 number of runs, the runs.
void append_contexts(const UlpContexts& contexts, std::vector<std::byte>& out);
// kMalformed unless sound: 1 to kMaxContexts contexts, 1 to kMaxExpectations expectations.
Result<UlpContexts> read_contexts(Cursor& in);

// The level of each segment from its size of change, a fixed-point logarithm (log2_fixed's units),
// or 0 if nothing changed. The median lies at kMiddleLevel, two levels make an octave. Segments
// that hardly differ all get kMiddleLevel: then levels cost nothing.
std::vector<std::uint8_t> levels_of(std::span<const std::uint32_t> log_changes);

// Groups expectations, given what was counted at each, into contexts: joins the neighbours that
// cost least to join until no more than `limit` are left and each is worth its table.
// O(expectations^2 * kSymbols). REQUIRES: 1 <= counts.size() <= kMaxExpectations, limit >= 1.
std::vector<std::uint8_t> group_expectations(std::vector<SymbolCounts> counts, unsigned limit);

}  // namespace hartonomous::core::block
