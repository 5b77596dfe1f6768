// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Cuts a text into words at white space, and around each punctuation character if that is wanted.
// White space goes with the word after it, so that the pieces together are the text.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace hartonomous::core::tokenizer {

class BertWords {
 public:
  BertWords(std::string_view text, bool cuts_punctuation) noexcept
      : text_(text), cuts_punctuation_(cuts_punctuation) {}

  // Writes where the next pieces end (exclusive) and returns how many it wrote: fewer than
  // ends.size() only at the end of the text. O(text) in all.
  std::size_t read(std::span<std::size_t> ends) noexcept;

  // A piece without the white space before the word; empty if there is no word.
  static std::string_view word_of(std::string_view piece) noexcept;

 private:
  std::size_t piece_end(std::size_t at) const noexcept;

  std::string_view text_;
  bool cuts_punctuation_;
  std::size_t at_ = 0;
};

}  // namespace hartonomous::core::tokenizer
