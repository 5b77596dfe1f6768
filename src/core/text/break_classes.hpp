// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The character classes on which the rules of Unicode Standard Annex #29 are written, of ICU's
// Unicode version. Looked up in two levels whose pages are filled when first touched, so a text
// pays for the scripts it uses and a start costs next to nothing. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/base/utf8.hpp"

namespace hartonomous::core::text {

// Property Word_Break; Extend and Format behave alike in every rule.
enum class WordClass : std::uint8_t {
  kOther,
  kCr,
  kLf,
  kNewline,
  kExtend,
  kZwj,
  kRegionalIndicator,
  kKatakana,
  kHebrewLetter,
  kLetter,
  kSingleQuote,
  kDoubleQuote,
  kMidNumLet,
  kMidLetter,
  kMidNum,
  kNumeric,
  kExtendNumLet,
  kSpace,  // WSegSpace
};
inline constexpr std::size_t kWordClasses = 18;

// Property Sentence_Break; Extend and Format behave alike in every rule.
enum class SentenceClass : std::uint8_t {
  kOther,
  kCr,
  kLf,
  kSep,
  kExtend,
  kSpace,  // Sp
  kLower,
  kUpper,
  kOtherLetter,
  kNumeric,
  kATerm,
  kSTerm,
  kContinue,
  kClose,
};

struct BreakClass {
  WordClass word = WordClass::kOther;
  SentenceClass sentence = SentenceClass::kOther;
  bool is_pictographic = false;   // Extended_Pictographic
  bool needs_dictionary = false;  // of a script that does not show where words end
};

class BreakClasses {
 public:
  BreakClasses();

  // Of any number: beyond Unicode nothing has a class. O(1).
  const BreakClass& of(char32_t codepoint) {
    if (codepoint < 0x80) return ascii_[codepoint];
    if (codepoint > utf8::kMaxCodepoint) return ascii_[0];
    const auto& page = pages_[codepoint >> 8];
    return page ? (*page)[codepoint & 0xff] : fill_page(codepoint)[codepoint & 0xff];
  }
  // The class of the character at `at` and the offset after it. REQUIRES: at < text.size(). A byte
  // that is not UTF-8 counts as a character without a class.
  struct Character {
    BreakClass is;
    std::size_t end;
  };
  Character at(std::string_view text, std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) return {ascii_[byte], at + 1};
    const utf8::Decoded decoded = utf8::decode(text.substr(at));
    if (decoded.length == 0) return {ascii_[0], at + 1};
    return {of(decoded.codepoint), at + decoded.length};
  }

 private:
  using Page = std::array<BreakClass, 256>;
  const Page& fill_page(char32_t codepoint);

  std::array<BreakClass, 0x80> ascii_;
  std::array<std::unique_ptr<Page>, (utf8::kMaxCodepoint >> 8) + 1> pages_;
};

}  // namespace hartonomous::core::text
