// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/split/character_masks.hpp"

namespace hartonomous::core::split {

void add_beyond_ascii(CharacterMasks& masks, std::uint64_t high, std::string_view text,
                      std::size_t at) noexcept {
  const LetterClasses& classes = LetterClasses::instance();
  std::uint64_t of_class[8] = {};
  std::uint64_t lead = low_bits(masks.bytes);
  while (high != 0) {
    const auto offset = static_cast<unsigned>(std::countr_zero(high));
    const LetterClasses::Character character = classes.at(text, at + offset);
    if (offset + character.length > masks.bytes) {
      masks.bytes = offset;
      break;
    }
    const std::uint64_t rest = low_bits(character.length) - 1;
    of_class[static_cast<unsigned>(character.letter_class)] |= std::uint64_t{1} << offset;
    lead &= ~(rest << offset);
    high &= ~((rest | 1) << offset);
  }
  const std::uint64_t block = low_bits(masks.bytes);
  const auto of = [&](LetterClass one) { return of_class[static_cast<unsigned>(one)]; };
  masks.lead = lead & block;
  masks.upper = (masks.upper & block) | of(LetterClass::kUpper);
  masks.lower = (masks.lower & block) | of(LetterClass::kLower);
  masks.caseless = of(LetterClass::kLetter);
  masks.mark = of(LetterClass::kMark);
  masks.letter =
      (masks.letter & block) | of(LetterClass::kUpper) | of(LetterClass::kLower) | masks.caseless;
  masks.number = (masks.number & block) | of(LetterClass::kNumber);
  masks.space = (masks.space & block) | of(LetterClass::kSpace);
  masks.line_end &= block;
  masks.blank &= block;
  masks.apostrophe &= block;
  masks.slash &= block;
}

}  // namespace hartonomous::core::split
