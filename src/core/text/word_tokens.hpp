// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Text as the tokens of a language model of words: a word, or one other character that is not
// space.
//
//   [A-Za-z]+(?:['-][A-Za-z]+)*'?|[^\sA-Za-z]
//
// with letters widened to Unicode's letters and marks (L and M), space to White_Space, and the
// apostrophe to U+2019 too. On ASCII text the tokens are exactly that expression's. Case is kept, a
// digit is a token of its own, and a byte that is not part of valid UTF-8 is a token of one byte,
// so every input has tokens. Written by hand, O(bytes), no allocation.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hartonomous::core::text {

class WordTokens {
 public:
  // `input` must outlive the walk.
  explicit WordTokens(std::string_view input) noexcept : text_(input) {}

  // The next token, a part of the text; empty at the end.
  std::string_view next() noexcept;

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// Tokens back to readable text: appends `token` to `out`, after a space unless one of the two does
// not want it. Closing punctuation is not preceded by a space, opening punctuation not followed by
// one, and digits stand together. What the tokens do not say (line ends, double spaces, a space
// before a comma) is lost; this is for printing, not for storing.
void append_token(std::string& out, std::string_view token);

}  // namespace hartonomous::core::text
