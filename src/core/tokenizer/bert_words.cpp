// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/bert_words.hpp"

#include <array>

#include "core/base/utf8.hpp"
#include "core/tokenizer/bert_classes.hpp"

namespace hartonomous::core::tokenizer {

namespace {

struct Character {
  BertClass of;
  std::size_t length;
};

std::array<BertClass, 128> make_ascii() {
  std::array<BertClass, 128> classes;
  for (char32_t c = 0; c < 128; ++c) classes[c] = BertClasses::instance().of(c);
  return classes;
}

Character character_at(std::string_view text, std::size_t at) noexcept {
  static const std::array<BertClass, 128> kAscii = make_ascii();
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return {kAscii[byte], 1};
  const utf8::Decoded decoded = utf8::decode(text.substr(at));
  if (decoded.length == 0) return {BertClass::kOther, 1};
  return {BertClasses::instance().of(decoded.codepoint), decoded.length};
}

std::size_t space_end(std::string_view text, std::size_t at) noexcept {
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (next.of != BertClass::kSpace) break;
    at += next.length;
  }
  return at;
}

}  // namespace

std::size_t BertWords::piece_end(std::size_t at) const noexcept {
  at = space_end(text_, at);
  for (bool is_first = true; at < text_.size(); is_first = false) {
    const Character next = character_at(text_, at);
    if (next.of == BertClass::kSpace) break;
    if (next.of == BertClass::kPunctuation && cuts_punctuation_) {
      return is_first ? at + next.length : at;
    }
    at += next.length;
  }
  return at;
}

std::size_t BertWords::read(std::span<std::size_t> ends) noexcept {
  std::size_t count = 0;
  while (count < ends.size() && at_ < text_.size()) at_ = ends[count++] = piece_end(at_);
  return count;
}

std::string_view BertWords::word_of(std::string_view piece) noexcept {
  return piece.substr(space_end(piece, 0));
}

}  // namespace hartonomous::core::tokenizer
