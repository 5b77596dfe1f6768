// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The classes of codepoints that the split patterns of byte-level BPE tokenizers tell apart, of
// Unicode 16.0, the version that the tokenizers' own regex engines use today: what is a letter must
// not depend on which ICU a server happens to have, or its token ids would.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hartonomous::core::split {

enum class LetterClass : std::uint8_t {
  kOther,
  kUpper,   // Lu, Lt
  kLower,   // Ll
  kLetter,  // Lm, Lo: letters without case
  kMark,    // M
  kNumber,  // N
  kSpace,   // the White_Space property: U+0085 is one, U+FEFF and U+200B are not
};

class LetterClasses {
 public:
  // Built on the first call, from a table of 12 KiB. Thread-safe.
  static const LetterClasses& instance();

  // Above U+10FFFF everything is kOther.
  LetterClass of(char32_t codepoint) const noexcept {
    const char32_t page = codepoint < 0x110000 ? codepoint / kPage : 0;
    return codepoint < 0x110000
               ? static_cast<LetterClass>(classes_[pages_[page] * kPage + codepoint % kPage])
               : LetterClass::kOther;
  }

  struct Character {
    LetterClass letter_class;
    std::uint8_t length;  // in bytes
  };
  // The character at `at`; a byte that is not valid UTF-8 is a character of class kOther.
  // REQUIRES: at < text.size()
  Character at(std::string_view text, std::size_t at) const noexcept {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return {static_cast<LetterClass>(classes_[lead]), 1};
    return beyond_ascii(text.substr(at));
  }

 private:
  static constexpr char32_t kPage = 128;

  LetterClasses();
  Character beyond_ascii(std::string_view text) const noexcept;

  std::array<std::uint16_t, 0x110000 / kPage> pages_{};
  std::vector<std::uint8_t> classes_;  // pages of kPage; the first is ASCII's
};

}  // namespace hartonomous::core::split
