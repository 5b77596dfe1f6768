// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Unicode Standard Annex #29 as it is written: each place is judged by the rules in their order,
// looking as far as they look. Slow and obvious, an oracle for the walks in core/text.
#pragma once

#include <unicode/uchar.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>

namespace hartonomous::test {

class Uax29Rules {
 public:
  explicit Uax29Rules(std::u32string text) : text_(std::move(text)) {}

  bool word_ends_before(std::size_t at) const {
    using is = std::initializer_list<int>;
    const is line_end = {U_WB_CR, U_WB_LF, U_WB_NEWLINE};
    const is letter = {U_WB_ALETTER, U_WB_HEBREW_LETTER};
    const is mid_letter = {U_WB_MIDLETTER, U_WB_MIDNUMLET, U_WB_SINGLE_QUOTE};
    const is mid_num = {U_WB_MIDNUM, U_WB_MIDNUMLET, U_WB_SINGLE_QUOTE};
    const is joined = {U_WB_ALETTER, U_WB_HEBREW_LETTER, U_WB_NUMERIC, U_WB_KATAKANA,
                       U_WB_EXTENDNUMLET};
    const int a = word(at - 1), b = word(at);
    if (a == U_WB_CR && b == U_WB_LF) return false;             // WB3
    if (among(a, line_end) || among(b, line_end)) return true;  // 3a, 3b
    if (a == U_WB_ZWJ &&
        u_hasBinaryProperty(static_cast<UChar32>(text_[at]), UCHAR_EXTENDED_PICTOGRAPHIC))
      return false;                                                    // 3c
    if (a == U_WB_WSEGSPACE && b == U_WB_WSEGSPACE) return false;      // 3d
    if (among(b, {U_WB_EXTEND, U_WB_FORMAT, U_WB_ZWJ})) return false;  // 4
    const std::size_t left = base(at);
    const int l = word(left), before = left > 0 ? word(base(left)) : -1, next = word(after(at));
    if (among(l, letter) && among(b, letter)) return false;                               // 5
    if (among(l, letter) && among(b, mid_letter) && among(next, letter)) return false;    // 6
    if (among(before, letter) && among(l, mid_letter) && among(b, letter)) return false;  // 7
    const int hebrew = U_WB_HEBREW_LETTER;
    if (l == hebrew && b == U_WB_SINGLE_QUOTE) return false;                             // 7a
    if (l == hebrew && b == U_WB_DOUBLE_QUOTE && next == hebrew) return false;           // 7b
    if (before == hebrew && l == U_WB_DOUBLE_QUOTE && b == hebrew) return false;         // 7c
    if (l == U_WB_NUMERIC && b == U_WB_NUMERIC) return false;                            // 8
    if (among(l, letter) && b == U_WB_NUMERIC) return false;                             // 9
    if (l == U_WB_NUMERIC && among(b, letter)) return false;                             // 10
    if (before == U_WB_NUMERIC && among(l, mid_num) && b == U_WB_NUMERIC) return false;  // 11
    if (l == U_WB_NUMERIC && among(b, mid_num) && next == U_WB_NUMERIC) return false;    // 12
    if (l == U_WB_KATAKANA && b == U_WB_KATAKANA) return false;                          // 13
    if (among(l, joined) && b == U_WB_EXTENDNUMLET) return false;                        // 13a
    if (l == U_WB_EXTENDNUMLET && among(b, joined)) return false;                        // 13b
    return l != U_WB_REGIONAL_INDICATOR || b != l || flags_until(at) % 2 == 0;           // 15, 16
  }

  bool sentence_ends_before(std::size_t at) const {
    const std::initializer_list<int> separator = {U_SB_SEP, U_SB_CR, U_SB_LF};
    if (sentence(at - 1) == U_SB_CR && sentence(at) == U_SB_LF) return false;  // SB3
    if (among(sentence(at - 1), separator)) return true;                       // SB4
    if (is_extension(at)) return false;                                        // SB5
    // The last base before `at`, and back over Sp*, Close* to the terminator, if there is one.
    std::size_t i = sentence_base(at);
    const bool direct = among(sentence(i), {U_SB_ATERM, U_SB_STERM});
    bool spaces = false;
    while (i > 0 && sentence(i) == U_SB_SP) i = sentence_base(i), spaces = true;
    while (i > 0 && sentence(i) == U_SB_CLOSE) i = sentence_base(i);
    const int term = sentence(i), b = sentence(at);
    if (!among(term, {U_SB_ATERM, U_SB_STERM})) return false;  // SB998
    if (term == U_SB_ATERM) {
      if (direct && b == U_SB_NUMERIC) return false;  // SB6
      const bool is_cased = i > 0 && among(sentence(sentence_base(i)), {U_SB_UPPER, U_SB_LOWER});
      if (direct && is_cased && b == U_SB_UPPER) return false;  // SB7
      std::size_t k = at;
      const std::initializer_list<int> stop = {U_SB_OLETTER, U_SB_UPPER, U_SB_LOWER, U_SB_SEP,
                                               U_SB_CR,      U_SB_LF,    U_SB_STERM, U_SB_ATERM};
      while (k < text_.size() && !among(sentence(k), stop)) ++k;
      if (sentence(k) == U_SB_LOWER) return false;  // SB8
    }
    if (among(b, {U_SB_SCONTINUE, U_SB_STERM, U_SB_ATERM})) return false;  // SB8a
    if (!spaces && b == U_SB_CLOSE) return false;                          // SB9
    return !among(b, {U_SB_SP, U_SB_SEP, U_SB_CR, U_SB_LF});               // 9, 10, 11
  }

 private:
  static bool among(int value, std::span<const int> set) {
    return std::ranges::find(set, value) != set.end();
  }
  static bool among(int value, std::initializer_list<int> set) {
    return among(value, std::span<const int>(set.begin(), set.size()));
  }
  int property(std::size_t at, UProperty which) const {
    return at < text_.size() ? u_getIntPropertyValue(static_cast<UChar32>(text_[at]), which) : -1;
  }
  int word(std::size_t at) const { return property(at, UCHAR_WORD_BREAK); }
  int sentence(std::size_t at) const { return property(at, UCHAR_SENTENCE_BREAK); }
  bool is_word_extension(std::size_t at) const {
    return among(word(at), {U_WB_EXTEND, U_WB_FORMAT, U_WB_ZWJ});
  }
  bool is_extension(std::size_t at) const {
    return among(sentence(at), {U_SB_EXTEND, U_SB_FORMAT});
  }
  // The base before `at`, extensions skipped; the first of them if they follow none.
  std::size_t base(std::size_t at) const {
    --at;
    while (at > 0 && is_word_extension(at) &&
           !among(word(at - 1), {U_WB_CR, U_WB_LF, U_WB_NEWLINE}))
      --at;
    return at;
  }
  std::size_t sentence_base(std::size_t at) const {
    --at;
    while (at > 0 && is_extension(at) && !among(sentence(at - 1), {U_SB_SEP, U_SB_CR, U_SB_LF}))
      --at;
    return at;
  }
  std::size_t after(std::size_t at) const {
    ++at;
    while (at < text_.size() && is_word_extension(at)) ++at;
    return at;
  }
  std::size_t flags_until(std::size_t at) const {
    std::size_t count = 0;
    while (at > 0 && word(at = base(at)) == U_WB_REGIONAL_INDICATOR) ++count;
    return count;
  }

  std::u32string text_;
};

}  // namespace hartonomous::test
