// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/base/utf8.hpp"

#include <cstring>

namespace hartonomous::core::utf8 {

Decoded decode(std::string_view text) noexcept {
  if (text.empty()) return {0, 0};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {static_cast<char32_t>(lead), 1};
  const unsigned length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || text.size() < length) return {0, 0};
  // The second byte's range depends on the lead; it alone excludes overlongs and surrogates.
  const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high) return {0, 0};
  char32_t codepoint = lead & (0x7fU >> length);
  for (unsigned i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {0, 0};
    codepoint = codepoint << 6 | (byte(i) & 0x3f);
  }
  return {codepoint, static_cast<std::uint8_t>(length)};
}

void append(std::string& out, char32_t codepoint) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80 | ((codepoint >> shift) & 0x3f));
  };
  if (codepoint < 0x80) {
    out += static_cast<char>(codepoint);
  } else if (codepoint < 0x800) {
    out += static_cast<char>(0xc0 | codepoint >> 6);
    tail(0);
  } else if (codepoint < 0x10000) {
    out += static_cast<char>(0xe0 | codepoint >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | codepoint >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::size_t first_invalid(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word;
    if (text.size() - at >= sizeof word) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        at += sizeof word;
        continue;
      }
    }
    const Decoded d = decode(text.substr(at));
    if (d.length == 0) return at;
    at += d.length;
  }
  return at;
}

}  // namespace hartonomous::core::utf8
