// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/split/letter_class.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "core/base/utf8.hpp"

namespace hartonomous::core::split {

namespace {

constexpr std::uint32_t kRanges[] = {
#include "core/split/letter_class_ranges.inc"
};

}  // namespace

const LetterClasses& LetterClasses::instance() {
  static const LetterClasses classes;
  return classes;
}

LetterClasses::LetterClasses() {
  using Page = std::array<std::uint8_t, kPage>;
  std::map<Page, std::uint16_t> known;  // most pages are like another one
  const std::uint32_t* range = std::begin(kRanges);
  for (char32_t page = 0; page < pages_.size(); ++page) {
    Page content;
    for (char32_t i = 0; i < kPage; ++i) {
      const char32_t codepoint = page * kPage + i;
      while (range + 1 != std::end(kRanges) && range[1] >> 3 <= codepoint) ++range;
      content[i] = static_cast<std::uint8_t>(*range & 7);
    }
    const auto [it, is_new] = known.try_emplace(content, static_cast<std::uint16_t>(known.size()));
    if (is_new) classes_.insert(classes_.end(), content.begin(), content.end());
    pages_[page] = it->second;
  }
}

LetterClasses::Character LetterClasses::beyond_ascii(std::string_view text) const noexcept {
  const utf8::Decoded decoded = utf8::decode(text);
  if (decoded.length == 0) return {LetterClass::kOther, 1};
  return {of(decoded.codepoint), decoded.length};
}

}  // namespace hartonomous::core::split
