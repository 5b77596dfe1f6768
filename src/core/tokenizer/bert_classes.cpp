// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/bert_classes.hpp"

#include <iterator>
#include <map>

#include "core/split/letter_class.hpp"

namespace hartonomous::core::tokenizer {

namespace {

constexpr std::uint32_t kRanges[] = {
#include "core/tokenizer/bert_class_ranges.inc"
};

constexpr BertClass of_ascii(char32_t c) noexcept {
  if (c == ' ' || (c >= '\t' && c <= '\r')) return BertClass::kSpace;
  if (c < ' ' || c == 0x7f) return BertClass::kControl;
  const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return is_plain ? BertClass::kOther : BertClass::kPunctuation;
}

}  // namespace

const BertClasses& BertClasses::instance() {
  static const BertClasses classes;
  return classes;
}

BertClasses::BertClasses() {
  using Page = std::array<std::uint8_t, kPage>;
  const split::LetterClasses& letters = split::LetterClasses::instance();
  std::map<Page, std::uint16_t> known;  // most pages are like another one
  const std::uint32_t* range = std::begin(kRanges);
  for (char32_t page = 0; page < pages_.size(); ++page) {
    Page content;
    for (char32_t i = 0; i < kPage; ++i) {
      const char32_t c = page * kPage + i;
      BertClass one = of_ascii(c);
      if (c >= 0x80) {
        while (range + 1 != std::end(kRanges) && range[1] >> 2 <= c) ++range;
        one = letters.of(c) == split::LetterClass::kSpace ? BertClass::kSpace
                                                          : static_cast<BertClass>(*range & 3);
      }
      content[i] = static_cast<std::uint8_t>(one);
    }
    const auto [it, is_new] = known.try_emplace(content, static_cast<std::uint16_t>(known.size()));
    if (is_new) classes_.insert(classes_.end(), content.begin(), content.end());
    pages_[page] = it->second;
  }
}

}  // namespace hartonomous::core::tokenizer
