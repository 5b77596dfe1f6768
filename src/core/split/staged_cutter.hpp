// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Patterns that are several cuts, one after the other, each made in the pieces of the one before as
// if they were whole texts. A cut is an expression: its matches are pieces, and so is what is
// between them.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "core/split/pattern.hpp"

namespace hartonomous::core::split {

// Where a match at `begin` ends; `begin` if there is none.
using StageMatch = std::size_t (*)(std::string_view text, std::size_t begin) noexcept;

class StagedCutter {
 public:
  static constexpr std::size_t kMostStages = 6;

  // REQUIRES: !has_kernel(pattern).
  StagedCutter(Pattern pattern, std::string_view text) noexcept;

  // Writes where the next pieces end (exclusive) and returns how many it wrote: fewer than
  // ends.size() only at the end of the text. O(text) in all for each stage.
  std::size_t read(std::span<std::size_t> ends) noexcept;

 private:
  std::size_t next_end(std::size_t stage, std::size_t limit) const noexcept;

  std::string_view text_;
  std::span<const StageMatch> stages_;
  std::array<std::size_t, kMostStages> ends_{};  // of each stage's piece
  std::size_t at_ = 0;
};

}  // namespace hartonomous::core::split
