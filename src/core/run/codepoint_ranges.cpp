// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/codepoint_ranges.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"

namespace hartonomous::core::run {

std::vector<CodepointRange> tidied(std::vector<CodepointRange> ranges, bool is_negated) {
  std::ranges::sort(ranges);
  std::vector<CodepointRange> apart;
  for (const CodepointRange& range : ranges) {
    if (!apart.empty() && range.first <= apart.back().last + 1) {
      apart.back().last = std::max(apart.back().last, range.last);
    } else {
      apart.push_back(range);
    }
  }
  if (!is_negated) return apart;
  std::vector<CodepointRange> others;
  char32_t next = 0;
  for (const CodepointRange& range : apart) {
    if (range.first > next) others.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= utf8::kMaxCodepoint) others.push_back({next, utf8::kMaxCodepoint});
  return others;
}

}  // namespace hartonomous::core::run
