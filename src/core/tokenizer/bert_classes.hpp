// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The classes of characters that BERT's text clean-up tells apart. They are those of Unicode 8.0,
// as in the reference implementation (huggingface/tokenizers): vocabularies are used with these, so
// that a newer table would change ids.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace hartonomous::core::tokenizer {

enum class BertClass : std::uint8_t {
  kOther,
  kControl,      // Cc but tab and line ends, Cf, Co; NUL and U+FFFD
  kMark,         // Mn
  kPunctuation,  // P, and what ASCII has besides letters, digits and space
  kSpace,        // the White_Space property
};

class BertClasses {
 public:
  // Built on the first call. Thread-safe.
  static const BertClasses& instance();

  BertClass of(char32_t codepoint) const noexcept {
    return codepoint < 0x110000
               ? static_cast<BertClass>(
                     classes_[pages_[codepoint / kPage] * kPage + codepoint % kPage])
               : BertClass::kOther;
  }

 private:
  static constexpr char32_t kPage = 128;
  BertClasses();

  std::array<std::uint16_t, 0x110000 / kPage> pages_{};
  std::vector<std::uint8_t> classes_;
};

// Whether BERT stands an ideograph alone.
constexpr bool is_bert_ideograph(char32_t c) noexcept {
  return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
         (c >= 0x20000 && c <= 0x2a6df) || (c >= 0x2a700 && c <= 0x2b73f) ||
         (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

}  // namespace hartonomous::core::tokenizer
