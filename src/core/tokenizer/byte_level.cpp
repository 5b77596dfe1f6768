// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/byte_level.hpp"

#include <array>

#include "core/base/utf8.hpp"

namespace hartonomous::core::tokenizer {

namespace {

constexpr char32_t kFirstOther = 0x100;
constexpr std::size_t kCharacters = 0x144;
constexpr std::int16_t kNone = -1;

constexpr bool stands_for_itself(unsigned byte) noexcept {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

struct Alphabet {
  std::array<char32_t, 256> character{};
  std::array<std::int16_t, kCharacters> byte{};
};

constexpr Alphabet make_alphabet() noexcept {
  Alphabet alphabet;
  for (auto& byte : alphabet.byte) byte = kNone;
  char32_t other = kFirstOther;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char32_t character = stands_for_itself(byte) ? byte : other++;
    alphabet.character[byte] = character;
    alphabet.byte[character] = static_cast<std::int16_t>(byte);
  }
  return alphabet;
}

constexpr Alphabet kAlphabet = make_alphabet();

}  // namespace

bool append_spelled_bytes(std::string_view spelling, std::string& out) {
  const std::size_t before = out.size();
  while (!spelling.empty()) {
    const utf8::Decoded decoded = utf8::decode(spelling);
    const bool is_known = decoded.length != 0 && decoded.codepoint < kCharacters &&
                          kAlphabet.byte[decoded.codepoint] != kNone;
    if (!is_known) {
      out.resize(before);
      return false;
    }
    out += static_cast<char>(kAlphabet.byte[decoded.codepoint]);
    spelling.remove_prefix(decoded.length);
  }
  return true;
}

std::string spell_bytes(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) utf8::append(out, kAlphabet.character[static_cast<unsigned char>(c)]);
  return out;
}

}  // namespace hartonomous::core::tokenizer
