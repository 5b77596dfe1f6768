// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Strict UTF-8 (RFC 3629, Unicode table 3-7): no overlong forms, no surrogates, nothing above
// U+10FFFF. Sources: The Unicode Standard 15, section 3.9.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hartonomous::core::utf8 {

inline constexpr char32_t kMaxCodepoint = 0x10ffff;

struct Decoded {
  char32_t codepoint;
  std::uint8_t length;  // bytes used, 1..4; 0 = not valid UTF-8 here
};

// Decodes the first codepoint of `text`. An empty text gives length 0. O(1).
Decoded decode(std::string_view text) noexcept;

// Appends the encoding of `codepoint`. REQUIRES: a scalar value (not a surrogate, <= U+10FFFF).
void append(std::string& out, char32_t codepoint);

// How many codepoints valid UTF-8 has. O(n).
inline std::size_t count(std::string_view text) noexcept {
  std::size_t codepoints = 0;
  for (const char c : text) codepoints += (c & 0xc0) != 0x80;
  return codepoints;
}

// Byte offset of the first invalid sequence, or text.size() if there is none. O(n).
std::size_t first_invalid(std::string_view text) noexcept;

}  // namespace hartonomous::core::utf8
