// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/break_classes.hpp"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace hartonomous::core::text {

namespace {

WordClass word_class(UChar32 c) {
  switch (u_getIntPropertyValue(c, UCHAR_WORD_BREAK)) {
    case U_WB_CR:
      return WordClass::kCr;
    case U_WB_LF:
      return WordClass::kLf;
    case U_WB_NEWLINE:
      return WordClass::kNewline;
    case U_WB_EXTEND:
    case U_WB_FORMAT:
      return WordClass::kExtend;
    case U_WB_ZWJ:
      return WordClass::kZwj;
    case U_WB_REGIONAL_INDICATOR:
      return WordClass::kRegionalIndicator;
    case U_WB_KATAKANA:
      return WordClass::kKatakana;
    case U_WB_HEBREW_LETTER:
      return WordClass::kHebrewLetter;
    case U_WB_ALETTER:
      return WordClass::kLetter;
    case U_WB_SINGLE_QUOTE:
      return WordClass::kSingleQuote;
    case U_WB_DOUBLE_QUOTE:
      return WordClass::kDoubleQuote;
    case U_WB_MIDNUMLET:
      return WordClass::kMidNumLet;
    case U_WB_MIDLETTER:
      return WordClass::kMidLetter;
    case U_WB_MIDNUM:
      return WordClass::kMidNum;
    case U_WB_NUMERIC:
      return WordClass::kNumeric;
    case U_WB_EXTENDNUMLET:
      return WordClass::kExtendNumLet;
    case U_WB_WSEGSPACE:
      return WordClass::kSpace;
    default:
      return WordClass::kOther;
  }
}

SentenceClass sentence_class(UChar32 c) {
  switch (u_getIntPropertyValue(c, UCHAR_SENTENCE_BREAK)) {
    case U_SB_CR:
      return SentenceClass::kCr;
    case U_SB_LF:
      return SentenceClass::kLf;
    case U_SB_SEP:
      return SentenceClass::kSep;
    case U_SB_EXTEND:
    case U_SB_FORMAT:
      return SentenceClass::kExtend;
    case U_SB_SP:
      return SentenceClass::kSpace;
    case U_SB_LOWER:
      return SentenceClass::kLower;
    case U_SB_UPPER:
      return SentenceClass::kUpper;
    case U_SB_OLETTER:
      return SentenceClass::kOtherLetter;
    case U_SB_NUMERIC:
      return SentenceClass::kNumeric;
    case U_SB_ATERM:
      return SentenceClass::kATerm;
    case U_SB_STERM:
      return SentenceClass::kSTerm;
    case U_SB_SCONTINUE:
      return SentenceClass::kContinue;
    case U_SB_CLOSE:
      return SentenceClass::kClose;
    default:
      return SentenceClass::kOther;
  }
}

// Thai, Lao, Khmer, Burmese and their like; Chinese and Japanese.
bool needs_dictionary(UChar32 c) {
  if (u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT) return true;
  if (word_class(c) == WordClass::kKatakana) return true;
  const int script = u_getIntPropertyValue(c, UCHAR_SCRIPT);
  return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA;
}

BreakClass classify(char32_t codepoint) {
  const auto c = static_cast<UChar32>(codepoint);
  return {word_class(c), sentence_class(c),
          u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) != 0, needs_dictionary(c)};
}

}  // namespace

BreakClasses::BreakClasses() {
  for (char32_t c = 0; c < ascii_.size(); ++c) ascii_[c] = classify(c);
}

const BreakClasses::Page& BreakClasses::fill_page(char32_t codepoint) {
  auto& page = pages_[codepoint >> 8];
  page = std::make_unique<Page>();
  for (char32_t low = 0; low < page->size(); ++low) {
    (*page)[low] = classify((codepoint & ~char32_t{0xff}) | low);
  }
  return *page;
}

}  // namespace hartonomous::core::text
