// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/word_tokens.hpp"

#include <unicode/uchar.h>

#include <array>
#include <cstdint>

#include "core/base/utf8.hpp"

namespace hartonomous::core::text {

namespace {

enum class Class : std::uint8_t { kOther, kSpace, kLetter, kJoiner };

constexpr std::array<Class, 128> kAscii = [] {
  std::array<Class, 128> table{};
  for (int c = 0; c < 128; ++c) {
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) table[c] = Class::kLetter;
    if (c == ' ' || (c >= '\t' && c <= '\r')) table[c] = Class::kSpace;
  }
  table['\''] = table['-'] = Class::kJoiner;
  return table;
}();

struct Seen {
  Class kind;
  std::uint8_t length;
  bool is_apostrophe;
};

Seen look(std::string_view text, std::size_t at) noexcept {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 128) return {kAscii[byte], 1, byte == '\''};
  const utf8::Decoded found = utf8::decode(text.substr(at, 4));
  if (found.length == 0) return {Class::kOther, 1, false};
  const auto codepoint = static_cast<UChar32>(found.codepoint);
  if (codepoint == 0x2019) return {Class::kJoiner, found.length, true};
  if (U_GET_GC_MASK(codepoint) & (U_GC_L_MASK | U_GC_M_MASK)) {
    return {Class::kLetter, found.length, false};
  }
  return {u_isUWhiteSpace(codepoint) ? Class::kSpace : Class::kOther, found.length, false};
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_one_of(std::string_view token, std::string_view set) noexcept {
  return token.size() == 1 && set.find(token[0]) != std::string_view::npos;
}

}  // namespace

std::string_view WordTokens::next() noexcept {
  Seen seen{};
  while (at_ < text_.size() && (seen = look(text_, at_)).kind == Class::kSpace) at_ += seen.length;
  if (at_ == text_.size()) return {};
  const std::size_t begin = at_;
  at_ += seen.length;
  if (seen.kind != Class::kLetter) return text_.substr(begin, seen.length);
  while (at_ < text_.size()) {
    seen = look(text_, at_);
    if (seen.kind == Class::kLetter) {
      at_ += seen.length;
      continue;
    }
    if (seen.kind != Class::kJoiner) break;
    const std::size_t after = at_ + seen.length;
    const bool joins = after < text_.size() && look(text_, after).kind == Class::kLetter;
    if (joins || seen.is_apostrophe) at_ = after;
    if (!joins) break;
  }
  return text_.substr(begin, at_ - begin);
}

void append_token(std::string& out, std::string_view token) {
  if (token.empty()) return;
  if (!out.empty()) {
    const std::string_view last(&out.back(), 1);
    const bool closes = is_one_of(token, ",.;:!?)]}%");
    const bool opened = is_one_of(last, "([{/\n") || is_one_of(token, "/");
    const bool number = is_digit(last[0]) && is_digit(token[0]);
    if (!closes && !opened && !number) out += ' ';
  }
  out += token;
}

}  // namespace hartonomous::core::text
