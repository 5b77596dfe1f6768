// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What Unicode Standard Annex #29 says of a word boundary between two characters, extensions
// skipped (WB4), as a table over their classes.
#pragma once

#include "core/text/break_classes.hpp"

namespace hartonomous::core::text {

enum class PairRule : std::uint8_t {
  kBreak,
  kJoin,
  kJoinIfTouching,    // no extension stands between them
  kJoinIfOdd,         // an odd number of regional indicators ends at the first
  kJoinIfLetterNext,  // the character after the second is a letter
  kJoinIfHebrewNext,
  kJoinIfNumericNext,
  kJoinIfLetterBefore,  // the character before the first is a letter
  kJoinIfHebrewBefore,
  kJoinIfNumericBefore,
};

constexpr bool is_letter(WordClass c) noexcept {
  return c == WordClass::kLetter || c == WordClass::kHebrewLetter;
}
constexpr bool is_line_end(WordClass c) noexcept {
  return c == WordClass::kCr || c == WordClass::kLf || c == WordClass::kNewline;
}
constexpr bool is_extension(WordClass c) noexcept {
  return c == WordClass::kExtend || c == WordClass::kZwj;
}
constexpr bool is_inside_words(WordClass c) noexcept {  // MidLetter | MidNumLetQ
  return c == WordClass::kMidLetter || c == WordClass::kMidNumLet || c == WordClass::kSingleQuote;
}
constexpr bool is_inside_numbers(WordClass c) noexcept {  // MidNum | MidNumLetQ
  return c == WordClass::kMidNum || c == WordClass::kMidNumLet || c == WordClass::kSingleQuote;
}
// Rules WB5, WB8, WB9, WB10, WB13a and WB13b say one thing: these join one another.
constexpr bool is_of_words(WordClass c) noexcept {
  return is_letter(c) || c == WordClass::kNumeric || c == WordClass::kExtendNumLet;
}

constexpr PairRule word_pair_rule(WordClass a, WordClass b) noexcept {
  using enum WordClass;
  if (a == kCr && b == kLf) return PairRule::kJoin;                                   // WB3
  if (is_line_end(a) || is_line_end(b)) return PairRule::kBreak;                      // WB3a, WB3b
  if (a == kSpace && b == kSpace) return PairRule::kJoinIfTouching;                   // WB3d
  if (is_extension(b)) return PairRule::kJoin;                                        // WB4
  if (is_of_words(a) && is_of_words(b)) return PairRule::kJoin;                       // WB5 ..
  if (a == kHebrewLetter && b == kSingleQuote) return PairRule::kJoin;                // WB7a
  if (a == kHebrewLetter && b == kDoubleQuote) return PairRule::kJoinIfHebrewNext;    // WB7b
  if (a == kDoubleQuote && b == kHebrewLetter) return PairRule::kJoinIfHebrewBefore;  // WB7c
  if (is_letter(a) && is_inside_words(b)) return PairRule::kJoinIfLetterNext;         // WB6
  if (is_inside_words(a) && is_letter(b)) return PairRule::kJoinIfLetterBefore;       // WB7
  if (is_inside_numbers(a) && b == kNumeric) return PairRule::kJoinIfNumericBefore;   // WB11
  if (a == kNumeric && is_inside_numbers(b)) return PairRule::kJoinIfNumericNext;     // WB12
  if (a == kKatakana && (b == kKatakana || b == kExtendNumLet)) return PairRule::kJoin;  // WB13(a)
  if (a == kExtendNumLet && b == kKatakana) return PairRule::kJoin;                      // WB13b
  if (a == kRegionalIndicator && b == a) return PairRule::kJoinIfOdd;  // WB15, WB16
  return PairRule::kBreak;                                             // WB999
}

inline constexpr auto kWordPairRules = [] {
  std::array<std::array<PairRule, kWordClasses>, kWordClasses> rules{};
  for (std::size_t a = 0; a < kWordClasses; ++a) {
    for (std::size_t b = 0; b < kWordClasses; ++b) {
      rules[a][b] = word_pair_rule(static_cast<WordClass>(a), static_cast<WordClass>(b));
    }
  }
  return rules;
}();

}  // namespace hartonomous::core::text
