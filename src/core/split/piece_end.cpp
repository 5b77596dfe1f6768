// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Each function here is one alternative of the expressions, tried in their order; it returns where
// its match ends, or where it began when it does not match.
#include "core/split/boundaries.hpp"
#include "core/split/letter_class.hpp"
#include "core/split/pretokenizer.hpp"

namespace hartonomous::core::split {

namespace {

using Classes = std::uint8_t;  // a set of LetterClass, one bit each

constexpr Classes set_of(LetterClass one) {
  return static_cast<Classes>(1 << static_cast<int>(one));
}
constexpr Classes kLetters =
    set_of(LetterClass::kUpper) | set_of(LetterClass::kLower) | set_of(LetterClass::kLetter);
constexpr Classes kNumbers = set_of(LetterClass::kNumber);
constexpr Classes kSpaces = set_of(LetterClass::kSpace);
constexpr Classes kMarks = set_of(LetterClass::kMark);
constexpr Classes kOthers = set_of(LetterClass::kOther) | kMarks;  // [^\s\p{L}\p{N}]
constexpr Classes kCaseless = set_of(LetterClass::kLetter) | kMarks;
constexpr Classes kNotLower = set_of(LetterClass::kUpper) | kCaseless;
constexpr Classes kNotUpper = set_of(LetterClass::kLower) | kCaseless;

class Matcher {
 public:
  explicit Matcher(std::string_view text) noexcept : text_(text) {}

  bool is(std::size_t at, Classes classes) const noexcept {
    return at < text_.size() &&
           (classes >> static_cast<int>(classes_.at(text_, at).letter_class) & 1);
  }
  bool is_byte(std::size_t at, char byte) const noexcept {
    return at < text_.size() && text_[at] == byte;
  }
  bool is_line_end(std::size_t at) const noexcept { return is_byte(at, '\r') || is_byte(at, '\n'); }
  std::size_t after(std::size_t at) const noexcept { return at + classes_.at(text_, at).length; }
  std::size_t size() const noexcept { return text_.size(); }

  std::size_t run(std::size_t at, Classes classes, std::size_t most = SIZE_MAX) const noexcept {
    for (; most > 0 && is(at, classes); --most) at = after(at);
    return at;
  }
  std::size_t line_ends(std::size_t at) const noexcept {
    while (is_line_end(at)) ++at;
    return at;
  }

  std::size_t contraction(std::size_t at, bool any_case) const noexcept {
    return is_byte(at, '\'') ? at + contraction_at(text_, at, any_case).bytes : at;
  }

  std::size_t with_space_before(std::size_t at, Classes classes) const noexcept {
    const std::size_t begin = is_byte(at, ' ') ? at + 1 : at;
    const std::size_t end = run(begin, classes);
    return end == begin ? at : end;
  }

  // \s*[\r\n]+
  std::size_t space_to_last_line_end(std::size_t at) const noexcept {
    std::size_t end = at;
    for (std::size_t i = at; is(i, kSpaces); i = after(i)) {
      if (is_line_end(i)) end = i + 1;
    }
    return end;
  }
  // \s+(?!\S)|\s+
  std::size_t space(std::size_t at) const noexcept {
    std::size_t i = at, last = at;
    for (; is(i, kSpaces); i = after(i)) last = i;
    return i == text_.size() || last == at ? i : last;
  }

  // Where a word may begin with one character that is no letter, number or line end.
  std::size_t after_prefix(std::size_t at) const noexcept {
    return is_line_end(at) || is(at, kLetters | kNumbers) ? at : after(at);
  }

 private:
  const LetterClasses& classes_ = LetterClasses::instance();
  std::string_view text_;
};

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

std::size_t o200k_piece(const Matcher& text, std::size_t begin) noexcept {
  const std::size_t word = text.after_prefix(begin);
  std::size_t end = cased_word(text, word);
  if (end == word) end = cased_word(text, begin);  // a mark can be a prefix and can be a word
  if (end == begin) {
    const std::size_t upper = text.run(word, kNotLower);
    if (upper > word) end = upper;
  }
  return end > begin ? text.contraction(end, true) : no_word(text, begin, 3, true);
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
      return o200k_piece(matcher, begin);
  }
  return text.size();
}

}  // namespace hartonomous::core::split
