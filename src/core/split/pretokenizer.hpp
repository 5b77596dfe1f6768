// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The first step of a BPE tokenizer: cuts a text into pieces (pretokens) that no merge may cross.
// Models define the cuts by a regular expression; these are hand-written machines that cut exactly
// as it does, for the expressions in use. The pieces, concatenated, are the text. Any bytes are
// accepted: a byte that is not valid UTF-8 counts as a character that is neither letter, number nor
// space. Letters and numbers are those of Unicode 16.0 (letter_class.hpp). docs/internals/
// cpe-encoding.md has the expressions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hartonomous::core::split {

enum class Pattern : std::uint8_t {
  kNone,        // the whole text is one piece
  kWhitespace,  // a word with the one space character before it; runs of space apart
  kGpt2,        // GPT-2, r50k, p50k: contractions, ` ?letters`, ` ?numbers`, ` ?others`, spaces
  kCl100k,      // GPT-4: one other character goes with a word, numbers in threes, line ends apart
  kLlama3,      // as kCl100k, but space that ends the text is cut after its last line end
  kQwen2,       // as kLlama3, but each digit alone
  kO200k,       // GPT-4o: words are cut where lower case turns to upper, contractions join the word
};

// The pattern's name in SQL: none, whitespace, gpt2, cl100k, llama3, qwen2, o200k.
std::string_view pattern_name(Pattern pattern) noexcept;
std::optional<Pattern> pattern_by_name(std::string_view name) noexcept;

// Reads the pieces of one text in order. O(text) in all. The text must outlive it.
class Pretokenizer {
 public:
  Pretokenizer(Pattern pattern, std::string_view text) noexcept : pattern_(pattern), text_(text) {}

  // Writes where the next pieces end (offsets in the text, exclusive) and returns how many it
  // wrote: fewer than ends.size() only at the end of the text.
  std::size_t read(std::span<std::size_t> ends) noexcept;

 private:
  Pattern pattern_;
  std::string_view text_;
  std::size_t at_ = 0;
};

// Calls visit(piece) for each piece of the text in order.
template <class Visit>
void for_each_piece(Pattern pattern, std::string_view text, Visit&& visit) {
  Pretokenizer pieces(pattern, text);
  std::size_t ends[256], begin = 0;
  while (const std::size_t count = pieces.read(ends)) {
    for (std::size_t i = 0; i < count; begin = ends[i++]) {
      visit(text.substr(begin, ends[i] - begin));
    }
  }
}

// The end of the piece that begins at `begin`, character by character: what read() is checked
// against. O(piece and the space after it). REQUIRES: a piece begins at `begin` < text.size().
std::size_t piece_end(Pattern pattern, std::string_view text, std::size_t begin) noexcept;

}  // namespace hartonomous::core::split
