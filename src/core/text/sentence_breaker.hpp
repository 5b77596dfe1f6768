// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Sentence boundaries by Unicode Standard Annex #29, rules SB1 to SB998, untailored.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/text/break_classes.hpp"

namespace hartonomous::core::text {

class SentenceBreaker {
 public:
  // `classes` must outlive the breaker.
  explicit SentenceBreaker(BreakClasses& classes);

  // Appends to `ends` where each sentence of `text` ends, in bytes; the last is text.size(), and an
  // empty text has none. REQUIRES: text.size() < 2^32. O(text).
  void find(std::string_view text, std::vector<std::uint32_t>& ends);

 private:
  class Walk;
  BreakClasses* classes_;
  std::array<bool, 0x100> stops_{};  // bytes that must be looked at: all but plain ASCII
};

}  // namespace hartonomous::core::text
