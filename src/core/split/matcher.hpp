// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Parts of the split expressions, each a function that returns where its match ends, or where it
// began when it does not match.
#pragma once

#include <string_view>

#include "core/split/boundaries.hpp"
#include "core/split/letter_class.hpp"

namespace hartonomous::core::split {

using Classes = std::uint8_t;  // a set of LetterClass, one bit each

constexpr Classes set_of(LetterClass one) {
  return static_cast<Classes>(1 << static_cast<int>(one));
}
inline constexpr Classes kLetters =
    set_of(LetterClass::kUpper) | set_of(LetterClass::kLower) | set_of(LetterClass::kLetter);
inline constexpr Classes kNumbers = set_of(LetterClass::kNumber);
inline constexpr Classes kSpaces = set_of(LetterClass::kSpace);
inline constexpr Classes kMarks = set_of(LetterClass::kMark);
inline constexpr Classes kOthers = set_of(LetterClass::kOther) | kMarks;  // [^\s\p{L}\p{N}]
inline constexpr Classes kCaseless = set_of(LetterClass::kLetter) | kMarks;
inline constexpr Classes kNotLower = set_of(LetterClass::kUpper) | kCaseless;
inline constexpr Classes kNotUpper = set_of(LetterClass::kLower) | kCaseless;

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

}  // namespace hartonomous::core::split
