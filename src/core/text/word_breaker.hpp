// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Word boundaries by Unicode Standard Annex #29, rules WB1 to WB999, untailored; only inside a run
// of characters that need a dictionary (Thai, Lao, Khmer, Burmese, Han, Kana), where the rules
// would mostly cut between all of them, the dictionary cuts instead.
#pragma once

#include "core/text/ascii_words.hpp"
#include "core/text/dictionary_breaker.hpp"

namespace hartonomous::core::text {

class WordBreaker {
 public:
  // `classes` must outlive the breaker.
  explicit WordBreaker(BreakClasses& classes) : classes_(&classes), ascii_(classes) {}

  // Appends to `ends` where each word of `text` ends, in bytes; the last is text.size(), and an
  // empty text has none. REQUIRES: text.size() < 2^32. Fails only where the dictionaries do.
  // O(text).
  Status find(std::string_view text, std::vector<std::uint32_t>& ends);

 private:
  class Walk;
  BreakClasses* classes_;
  AsciiWords ascii_;
  DictionaryBreaker dictionary_;
};

}  // namespace hartonomous::core::text
