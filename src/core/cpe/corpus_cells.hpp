// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The distinct words of a corpus as one array that merging rewrites in place. Each unit has a cell;
// a symbol of n units covers n cells, the first and the last of which hold its number. So a
// symbol's neighbours are found without links: the next begins n cells on, the previous ends in the
// cell before. 8 bytes a unit. Words are kept apart by a cell of kBoundary, one at either end too.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/trainer.hpp"

namespace hartonomous::core::cpe {

// In cells, symbols are numbered from 1.
inline constexpr std::uint32_t kBoundary = 0;
// A cell inside a symbol where one of its parts began.
inline constexpr std::uint32_t kInside = 0xffffffff;

struct Cell {
  std::uint32_t symbol;
  std::uint32_t weight;  // how often the word occurs, or kHeavy
};
inline constexpr std::uint32_t kHeavy = 0xffffffff;

class CorpusCells {
 public:
  static Result<CorpusCells> make(const WordCounts& words, Unit unit, TieRule tie_rule,
                                  Checkpoint& checkpoint);

  // Gives each symbol one cell, whatever its length, and drops words that are one symbol.
  // `length` holds what each symbol covered so far. O(cells).
  void compact(std::span<const std::uint32_t> length, Checkpoint& checkpoint);

  std::vector<std::uint32_t> base;  // unit of each base symbol
  std::vector<Cell> cells;

  std::uint64_t weight(std::size_t at) const noexcept {
    return cells[at].weight == kHeavy ? heavy_weight(at) : cells[at].weight;
  }

 private:
  std::uint64_t heavy_weight(std::size_t at) const noexcept;

  // For words that occur 2^32 - 1 times or more: first cell and weight, in order of cells.
  std::vector<std::pair<std::size_t, std::uint64_t>> heavy_;
};

}  // namespace hartonomous::core::cpe
