// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Bytes as tokens bring them, made into text: a token may end in the middle of a character, and a
// model may write bytes that are none. What comes out is valid UTF-8 without U+0000.
#pragma once

#include <string>
#include <string_view>

namespace hartonomous::core::run {

class WholeCharacters {
 public:
  // Appends the characters that are complete now. Bytes that can belong to no character become one
  // U+FFFD for each maximal beginning of a character (The Unicode Standard 15, section 3.9), and so
  // does U+0000. The same bytes give the same text however they are divided. O(bytes).
  void feed(std::string_view bytes, std::string& out);
  // The end of the bytes: a character left incomplete becomes U+FFFD.
  void finish(std::string& out);

 private:
  std::string incomplete_;  // the beginning of a character, at most 3 bytes
};

}  // namespace hartonomous::core::run
