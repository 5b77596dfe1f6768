// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What characters of three bytes (U+0800 to U+FFFF: Han, Kana, Hangul, the scripts of India) are
// encoded to when they stand alone, and a quick answer to whether one can merge with the next. In
// text without spaces most cannot: then the encodings one after another are the encoding.
//
// Two encodings side by side are the encoding of both if nothing merges across the boundary, and
// what merges there is a token at the right edge of the left one (itself, its right part, that
// one's right part, ...) with one at the left edge of the right one. Each edge is kept as a set of
// 64 bits, a token hashed to a bit: if the sets share none, no such pair is in the vocabulary.
//
// Filled as characters are met; 2 MiB. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/cpe/vocabulary.hpp"

namespace hartonomous::core::cpe {

class CharacterEncodings {
 public:
  // REQUIRES: vocabulary.unit() is kByte, vocabulary.compact_pairs(); it must live longer.
  // O(tokens).
  explicit CharacterEncodings(const Vocabulary& vocabulary);

  struct Entry {
    std::uint64_t right = 0;       // tokens at its right edge
    std::uint64_t may_follow = 0;  // tokens with which those at its left edge merge
    std::array<TokenId, 3> ids{};
    std::uint32_t count = 0;  // 0: not filled
  };
  // Whether `text` begins with a byte that leads three, and two that continue.
  static bool is_character(std::string_view text) noexcept {
    return text.size() >= 3 && (text[0] & 0xf0) == 0xe0 && (text[1] & 0xc0) == 0x80 &&
           (text[2] & 0xc0) == 0x80;
  }
  // REQUIRES: is_character(text). Valid until destruction.
  const Entry& of(std::string_view text) {
    const std::size_t at = static_cast<std::size_t>(text[0] & 0x0f) << 12 |
                           static_cast<std::size_t>(text[1] & 0x3f) << 6 |
                           static_cast<std::size_t>(text[2] & 0x3f);
    Entry& entry = entries_[at];
    if (entry.count == 0) fill(text.substr(0, 3), entry);
    return entry;
  }

 private:
  void fill(std::string_view character, Entry& entry) const noexcept;

  const CompactPairs& pairs_;
  std::vector<std::uint64_t>
      may_follow_;              // by id: the tokens that end inside a character and merge
  std::vector<Entry> entries_;  // by the 16 bits of the character
};

}  // namespace hartonomous::core::cpe
