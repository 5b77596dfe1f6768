// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// SentencePiece's precompiled character map: which stretches of text become what before anything is
// cut (NFKC with the model's own additions, as a rule). The blob is a 32-bit length, a double-array
// trie of that many bytes and the replacements, each ended by NUL; a leaf's value is where its
// replacement begins. A unit of the trie: bits 10..30 offset to the children (times 256 if bit 9 is
// set), bit 8 whether a leaf is below, bits 0..7 and 31 the label; a leaf has bit 31 and its value.
// Every step is checked against the blob's bounds, so a hostile one can only map to its own bytes.
// Source: the file format of google/sentencepiece; Aoe, An efficient digital search algorithm by
// using a double-array structure, 1989.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/image.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::tokenizer {

class CharacterMap {
 public:
  CharacterMap() = default;
  // kMalformed if the lengths do not fit. The blob is copied.
  static Result<CharacterMap> read(std::string_view blob);

  struct Match {
    std::size_t length = 0;        // bytes of the text; 0: no rule
    std::string_view replacement;  // may be empty
  };
  // The longest, or the shortest, rule that the text begins with. O(longest rule).
  Match longest(std::string_view text) const noexcept;
  Match shortest(std::string_view text) const noexcept;
  // Whether no rule begins with this ASCII byte alone or followed by another: if ASCII, or nothing,
  // follows it, it stays as it is.
  bool keeps(unsigned char byte) const noexcept { return keeps_.value_or(byte, 0) != 0; }

  // The map in an image.
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    image.array(self.units_);
    image.array(self.replacements_);
    image.array(self.keeps_);
  }

 private:
  template <bool kLongest>
  Match match(std::string_view text) const noexcept;
  std::string_view replacement(std::uint32_t at) const noexcept;

  bool has_child(std::uint32_t base, unsigned char byte) const noexcept;
  void find_kept();

  FlatArray<std::uint32_t> units_;
  FlatArray<char> replacements_;
  FlatArray<std::uint8_t> keeps_;  // by byte
};

}  // namespace hartonomous::core::tokenizer
