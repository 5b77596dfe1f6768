// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The splitters against ICU's regular expression engine, on texts made of the characters that the
// expressions tell apart.
#include <catch2/catch.hpp>
#include <unicode/regex.h>

#include <memory>
#include <random>

#include "core/base/result.hpp"
#include "core/base/utf8.hpp"
#include "core/split/boundaries.hpp"
#include "core/split/letter_class.hpp"
#include "core/split/pretokenizer.hpp"

using namespace hartonomous::core;
using split::Pattern;

namespace {

// As the models' files have them.
constexpr const char* kContraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
std::string expression(Pattern pattern) {
  const std::string contraction = kContraction;
  const std::string words = contraction + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})";
  const std::string rest = R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
  const std::string upper = R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])";
  const std::string lower = R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])";
  const std::string prefix = R"([^\r\n\p{L}\p{N}]?)";
  switch (pattern) {
    case Pattern::kNone:
      return R"([\s\S]+)";
    case Pattern::kWhitespace:
      return R"(\s?\S+|\s+(?!\S)|\s+)";
    case Pattern::kGpt2:
      return R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
    case Pattern::kCl100k:
      return R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|)"
             R"(\s++\z|\s*[\r\n]|\s+(?!\S)|\s)";
    case Pattern::kLlama3:
      return words + "{1,3}" + rest;
    case Pattern::kQwen2:
      return words + rest;
    case Pattern::kO200k:
      return prefix + upper + "*" + lower + "+" + contraction + "?|" + prefix + upper + "+" +
             lower + "*" + contraction +
             R"(?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    case Pattern::kTekken:
      return prefix + upper + "*" + lower + "+|" + prefix + upper + "+" + lower + "*" +
             R"(|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    case Pattern::kQwen35:
      return contraction + R"(|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N})" +
             R"(| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
    default:
      break;  // several expressions: staged_cutter_test.cpp
  }
  return "";
}

constexpr Pattern kPatterns[] = {Pattern::kNone,   Pattern::kWhitespace, Pattern::kGpt2,
                                 Pattern::kCl100k, Pattern::kLlama3,     Pattern::kQwen2,
                                 Pattern::kO200k,  Pattern::kTekken,     Pattern::kQwen35};

std::vector<std::string> by_expression(const icu::RegexPattern& expression,
                                       const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(text);
  const std::unique_ptr<icu::RegexMatcher> matcher(expression.matcher(unicode, status));
  std::vector<std::string> pieces;
  while (matcher->find(status)) {
    matcher->group(status).toUTF8String(pieces.emplace_back());
  }
  REQUIRE(U_SUCCESS(status));
  return pieces;
}

// By each kernel, in portions of different sizes; all must be the same.
std::vector<std::string> by_kernels(Pattern pattern, std::string_view text) {
  std::vector<std::string> first;
  bool is_first = true;
  for (const split::BoundaryKernel& kernel : split::boundary_kernels()) {
    for (const std::size_t portion : {std::size_t{1}, std::size_t{7}, std::size_t{256}}) {
      split::Pretokenizer reader(pattern, text, kernel);
      std::vector<std::string> pieces;
      std::vector<std::size_t> ends(portion);
      std::size_t begin = 0;
      while (const std::size_t count = reader.read(ends)) {
        for (std::size_t i = 0; i < count; begin = ends[i++]) {
          if (ends[i] <= begin || ends[i] > text.size()) FAIL("not an end: " << ends[i]);
          pieces.emplace_back(text.substr(begin, ends[i] - begin));
        }
      }
      if (is_first) first = pieces;
      is_first = false;
      if (begin != text.size() || pieces != first) {
        FAIL(kernel.name << " cuts otherwise: " << quoted(text, 4000));
      }
    }
  }
  return first;
}

std::vector<std::string> by_characters(Pattern pattern, std::string_view text) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0, end; at < text.size(); at = end) {
    end = split::piece_end(pattern, text, at);
    if (end <= at || end > text.size()) FAIL("not an end: " << end);
    pieces.emplace_back(text.substr(at, end - at));
  }
  return pieces;
}

// Says what differs only where something does: spelling out each text takes most of the time.
void require_same(Pattern pattern, const std::string& text, const std::vector<std::string>& a,
                  const std::vector<std::string>& b) {
  if (a == b) return;
  INFO(split::pattern_name(pattern) << ": " << quoted(text, 4000));
  REQUIRE(a == b);
}

// Texts of characters of every class, in runs, so that every alternative and its edges occur.
std::string random_text(std::mt19937& random, std::size_t characters, bool is_ascii) {
  static constexpr char32_t kAscii[] = U"aabbsStTdDmMlLrReEvVzZ''''  \t\r\n\n0179!?./(-_\"\x01\x7f";
  static constexpr char32_t kAll[] =
      U"asStTdDmMlLrReEvVZ''''   "
      U"\t\r\n\n09!./-\u017f\u00e9\u00c9\u01c5\u0301\u0903\u4e16\u754c\u3042"
      U"\u00b2\u0661\u2167\u00a0\u0085\u2028\u3000\u200b\ufeff\u2019\u20ac\U0001f600\U0001d400"
      U"\U00020000\u02b0";
  std::string text;
  while (characters > 0) {
    const char32_t c = is_ascii ? kAscii[random() % (std::size(kAscii) - 1)]
                                : kAll[random() % (std::size(kAll) - 1)];
    std::size_t run = random() % 4 == 0 ? 1 + random() % 5 : 1;
    if (random() % 64 == 0) run = random() % 200;
    for (run = std::min(run, characters); run > 0; --run, --characters) utf8::append(text, c);
  }
  return text;
}

}  // namespace

TEST_CASE("splitters cut as the models' regular expressions do") {
  std::mt19937 random(11);
  for (const Pattern pattern : kPatterns) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError where;
    const std::unique_ptr<icu::RegexPattern> compiled(icu::RegexPattern::compile(
        icu::UnicodeString::fromUTF8(expression(pattern)), where, status));
    REQUIRE(U_SUCCESS(status));
    for (int round = 0; round < 6000; ++round) {
      const std::size_t length = round < 4000 ? random() % 12 : random() % 300;
      const std::string text = random_text(random, length, round % 3 == 0);
      require_same(pattern, text, by_expression(*compiled, text), by_characters(pattern, text));
      require_same(pattern, text, by_characters(pattern, text), by_kernels(pattern, text));
    }
  }
}

TEST_CASE("splitters cut any bytes, and the fast way as the slow one") {
  std::mt19937 random(12);
  for (const Pattern pattern : kPatterns) {
    for (int round = 0; round < 4000; ++round) {
      std::string text = random_text(random, random() % 400, round % 2 == 0);
      for (std::size_t i = random() % 8; i > 0 && !text.empty(); --i) {
        text[random() % text.size()] = static_cast<char>(random());
      }
      require_same(pattern, text, by_kernels(pattern, text), by_characters(pattern, text));
    }
  }
}

TEST_CASE("pattern names are found again") {
  for (const Pattern pattern : kPatterns) {
    CHECK(split::pattern_by_name(split::pattern_name(pattern)) == pattern);
  }
  CHECK(!split::pattern_by_name("gpt5"));
}

TEST_CASE("letter classes are those of Unicode 16") {
  const auto& classes = split::LetterClasses::instance();
  using split::LetterClass;
  CHECK(classes.of(U'a') == LetterClass::kLower);
  CHECK(classes.of(U'\u01c5') == LetterClass::kUpper);
  CHECK(classes.of(U'\u0085') == LetterClass::kSpace);
  CHECK(classes.of(U'\ufeff') == LetterClass::kOther);
  CHECK(classes.of(U'\u00b2') == LetterClass::kNumber);
  CHECK(classes.of(U'\u0301') == LetterClass::kMark);
  CHECK(classes.of(U'\u1c89') == LetterClass::kUpper);  // since 16.0
  CHECK(classes.of(0x16ea0) == LetterClass::kOther);    // since 17.0
  CHECK(classes.of(0x10ffff) == LetterClass::kOther);
  CHECK(classes.of(0x110000) == LetterClass::kOther);
  CHECK(classes.of(0xffffffff) == LetterClass::kOther);
}
