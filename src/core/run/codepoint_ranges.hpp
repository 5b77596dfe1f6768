// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Sets of characters.
#pragma once

#include <compare>
#include <vector>

namespace hartonomous::core::run {

// Codepoints from first to last, both included.
struct CodepointRange {
  char32_t first, last;
  auto operator<=>(const CodepointRange&) const = default;
};

// The same set, sorted and apart; all other characters if `is_negated`. O(n log n).
std::vector<CodepointRange> tidied(std::vector<CodepointRange> ranges, bool is_negated);

}  // namespace hartonomous::core::run
