// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Word boundaries of ASCII text, 63 at a time. Between ASCII characters the rules look at two
// characters before a boundary and one after it, and there are no extensions; so with a bit per
// character for each class, shifts and ands decide 63 places at once. The bits come from a table of
// bytes, eight of which are transposed by one multiplication: no instruction set is needed.
#pragma once

#include <bit>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/text/word_pair_rules.hpp"

namespace hartonomous::core::text {

class AsciiWords {
 public:
  explicit AsciiWords(BreakClasses& classes) {
    for (std::size_t c = 0; c < 0x80; ++c) {
      const WordClass is = classes.of(static_cast<char32_t>(c)).word;
      const bool bits[] = {is_letter(is),        is == WordClass::kNumeric,
                           is_of_words(is),      is == WordClass::kSpace,
                           is_inside_words(is),  is_inside_numbers(is),
                           is == WordClass::kCr, is == WordClass::kLf};
      for (std::size_t k = 0; k < kSets; ++k) sets_[c] |= static_cast<std::uint8_t>(bits[k] << k);
    }
  }

  // Decides whether a word ends at `at`, `at` + 1, ..., appends the places where one does, and
  // returns how many were decided: 0 if fewer than 8 can be, and then `ascii` characters follow
  // that are not worth another call. REQUIRES: at > 0; the two characters before `at` are ASCII, or
  // the one before it begins the text.
  std::size_t find(std::string_view text, std::size_t at, std::vector<std::uint32_t>& ends,
                   std::size_t& ascii) const {
    std::uint64_t in[kSets] = {};
    ascii = load(text, at, in);
    if (ascii <= 8) return 0;
    const std::size_t decided = ascii - 1;
    const std::uint8_t last = set_of(text[at - 1]), second = at > 1 ? set_of(text[at - 2]) : 0;
    const auto before = [&](Set set) { return in[set] << 1 | (last >> set & 1U); };
    const auto two_before = [&](Set set) {
      return in[set] << 2 | (last >> set & 1U) << 1 | (second >> set & 1U);
    };
    const auto after = [&](Set set) { return in[set] >> 1; };
    std::uint64_t joined = in[kOfWords] & before(kOfWords);
    joined |= in[kSpace] & before(kSpace);
    joined |= in[kLineFeed] & before(kReturn);
    joined |= before(kLetter) & in[kInsideWords] & after(kLetter);
    joined |= two_before(kLetter) & before(kInsideWords) & in[kLetter];
    joined |= before(kNumeric) & in[kInsideNumbers] & after(kNumeric);
    joined |= two_before(kNumeric) & before(kInsideNumbers) & in[kNumeric];
    std::uint64_t breaks = ~joined & (~std::uint64_t{0} >> (64 - decided));
    std::size_t used = ends.size();
    ends.resize(used + static_cast<std::size_t>(std::popcount(breaks)));
    for (; breaks != 0; breaks &= breaks - 1) {
      const auto place = at + static_cast<std::size_t>(std::countr_zero(breaks));
      ends[used++] = static_cast<std::uint32_t>(place);
    }
    return decided;
  }

 private:
  enum Set : unsigned {
    kLetter,
    kNumeric,
    kOfWords,
    kSpace,
    kInsideWords,
    kInsideNumbers,
    kReturn,
    kLineFeed,
    kSets,
  };
  std::uint8_t set_of(char c) const noexcept { return sets_[static_cast<unsigned char>(c) & 0x7f]; }

  // Fills a bit per character from `at` on for each set, up to 64 or the first that is not ASCII or
  // not in a whole group of eight; returns how many.
  std::size_t load(std::string_view text, std::size_t at, std::uint64_t (&in)[kSets]) const {
    constexpr std::uint64_t kEach = 0x0101010101010101, kGather = 0x0102040810204080;
    for (unsigned group = 0; group < 64; group += 8) {
      if (text.size() - at < group + 8) return group;
      const char* bytes = text.data() + at + group;
      const auto loaded =
          load_little_endian<std::uint64_t>(reinterpret_cast<const std::byte*>(bytes));
      std::uint64_t classes = 0;
      for (unsigned i = 0; i < 8; ++i) classes |= std::uint64_t{set_of(bytes[i])} << 8 * i;
      for (unsigned set = 0; set < kSets; ++set) {
        in[set] |= ((classes >> set & kEach) * kGather >> 56) << group;
      }
      const std::uint64_t beyond = loaded & (kEach << 7);
      if (beyond != 0) return group + static_cast<std::size_t>(std::countr_zero(beyond)) / 8;
    }
    return 64;
  }

  std::array<std::uint8_t, 0x80> sets_{};
};

}  // namespace hartonomous::core::text
