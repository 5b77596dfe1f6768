// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The lowest compositions of a store, those made of characters alone (nearly all are words), with
// their spelling, packed so that a phrase is looked for in all of them at the speed of memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/phrase_climb.hpp"

namespace hartonomous::core::text {

// A stretch of the list as it is stored. A word is preceded by a NUL and followed by the next
// word's, or the last NUL.
struct WordChunk {
  std::string spellings;
  std::vector<std::uint32_t> starts;  // of each word in spellings
  std::vector<std::int64_t> atoms;    // of each word
};

class WordListWriter {
 public:
  // REQUIRES: a spelling without NUL, of less than 2^31 bytes.
  void add(std::int64_t atom, std::string_view spelling);
  std::size_t size() const noexcept { return chunk_.spellings.size(); }
  WordChunk take();

 private:
  WordChunk chunk_{std::string(1, '\0'), {}, {}};
};

// Appends every way in which a word of the chunk covers the byte phrase[pivot]: the word holds the
// phrase, or begins or ends within it, or is a stretch of it. Reads each byte of the chunk once, at
// the speed of memchr: choose a byte that is rare. kCorrupt if the chunk is malformed.
Status find_pieces(std::string_view spellings, std::span<const std::uint32_t> starts,
                   std::span<const std::int64_t> atoms, std::string_view phrase, std::size_t pivot,
                   std::vector<PhrasePiece>& out);

// The places in a phrase that a search may turn on, best first, at most `most` of them: each within
// another of the longest stretches of ASCII letters and digits, at the byte that `sample` has
// fewest of; if there is none, the first byte of each character beyond ASCII. Empty if the phrase
// holds nothing but ASCII punctuation, spaces and controls, which inverted references leave out.
std::vector<std::size_t> pivots(std::string_view phrase, std::string_view sample, std::size_t most);

// Whether inverted references hold a character that stands beside larger atoms: an ASCII letter or
// digit, or anything beyond ASCII. `first` is the first byte of its UTF-8.
constexpr bool is_referenced(char first) noexcept {
  const auto c = static_cast<unsigned char>(first);
  return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

}  // namespace hartonomous::core::text
