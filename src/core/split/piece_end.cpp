// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Each function here is one alternative of the expressions, tried in their order; it returns where
// its match ends, or where it began when it does not match.
#include "core/split/matcher.hpp"
#include "core/split/pretokenizer.hpp"

namespace hartonomous::core::split {

namespace {

std::size_t whitespace_piece(const Matcher& text, std::size_t begin) noexcept {
  const std::size_t word = text.is(begin, kSpaces) ? text.after(begin) : begin;
  const std::size_t end = text.run(word, static_cast<Classes>(~kSpaces));
  return end > word ? end : text.space(begin);
}

std::size_t gpt2_piece(const Matcher& text, std::size_t begin) noexcept {
  std::size_t end = text.contraction(begin, false);
  for (const Classes classes : {kLetters, kNumbers, kOthers}) {
    if (end == begin) end = text.with_space_before(begin, classes);
  }
  return end == begin ? text.space(begin) : end;
}

// What the younger patterns have in common after their words.
std::size_t no_word(const Matcher& text, std::size_t begin, std::size_t digits,
                    bool slash) noexcept {
  if (const std::size_t end = text.run(begin, kNumbers, digits); end > begin) return end;
  if (std::size_t end = text.with_space_before(begin, kOthers); end > begin) {
    while (text.is_line_end(end) || (slash && text.is_byte(end, '/'))) ++end;
    return end;
  }
  if (const std::size_t end = text.space_to_last_line_end(begin); end > begin) return end;
  return text.space(begin);
}

std::size_t cl100k_piece(const Matcher& text, std::size_t begin, Pattern pattern) noexcept {
  if (const std::size_t end = text.contraction(begin, true); end > begin) return end;
  const std::size_t word = text.after_prefix(begin);
  if (const std::size_t end = text.run(word, kLetters); end > word) return end;
  if (pattern == Pattern::kCl100k) {
    if (const std::size_t end = text.run(begin, kSpaces); end == text.size()) return end;
  }
  return no_word(text, begin, pattern == Pattern::kQwen2 ? 1 : 3, false);
}

// [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+ : the first run, when no lower case
// follows, gives back what comes after its last caseless letter.
std::size_t cased_word(const Matcher& text, std::size_t begin) noexcept {
  std::size_t i = begin, caseless_end = begin;
  for (; text.is(i, kNotLower); i = text.after(i)) {
    if (text.is(i, kCaseless)) caseless_end = text.after(i);
  }
  const std::size_t end = text.run(i, kNotUpper);
  return end > i ? end : caseless_end;
}

std::size_t o200k_piece(const Matcher& text, std::size_t begin, bool is_tekken) noexcept {
  const std::size_t word = text.after_prefix(begin);
  std::size_t end = cased_word(text, word);
  if (end == word) end = cased_word(text, begin);  // a mark can be a prefix and can be a word
  if (end == begin) {
    const std::size_t upper = text.run(word, kNotLower);
    if (upper > word) end = upper;
  }
  if (is_tekken) return end > begin ? end : no_word(text, begin, 1, true);
  return end > begin ? text.contraction(end, true) : no_word(text, begin, 3, true);
}

// As Qwen 2, with marks as parts of words.
std::size_t qwen35_piece(const Matcher& text, std::size_t begin) noexcept {
  constexpr Classes kWord = kLetters | kMarks;
  if (const std::size_t end = text.contraction(begin, true); end > begin) return end;
  const std::size_t word = text.after_prefix(begin);
  if (const std::size_t end = text.run(word, kWord); end > word) return end;
  if (const std::size_t end = text.run(begin, kWord); end > begin) return end;
  if (const std::size_t end = text.run(begin, kNumbers, 1); end > begin) return end;
  const std::size_t others = text.with_space_before(begin, set_of(LetterClass::kOther));
  if (others > begin) return text.line_ends(others);
  if (const std::size_t end = text.space_to_last_line_end(begin); end > begin) return end;
  return text.space(begin);
}

}  // namespace

std::size_t piece_end(Pattern pattern, std::string_view text, std::size_t begin) noexcept {
  const Matcher matcher(text);
  switch (pattern) {
    case Pattern::kNone:
      return text.size();
    case Pattern::kWhitespace:
      return whitespace_piece(matcher, begin);
    case Pattern::kGpt2:
      return gpt2_piece(matcher, begin);
    case Pattern::kCl100k:
    case Pattern::kLlama3:
    case Pattern::kQwen2:
      return cl100k_piece(matcher, begin, pattern);
    case Pattern::kO200k:
    case Pattern::kTekken:
      return o200k_piece(matcher, begin, pattern == Pattern::kTekken);
    case Pattern::kQwen35:
      return qwen35_piece(matcher, begin);
    default:
      break;
  }
  return text.size();
}

}  // namespace hartonomous::core::split
