// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/regex_grammar.hpp"

#include <unicode/regex.h>

#include <catch2/catch.hpp>
#include <random>

#include "core/run/grammar_state.hpp"

namespace core = hartonomous::core;
namespace run = hartonomous::core::run;
using core::Code;

namespace {

Code code_of(std::string_view pattern) {
  const auto text = run::regex_grammar(pattern);
  return text.is_ok() ? Code::kOk : text.status().code();
}

run::Grammar grammar_of(std::string_view pattern) {
  auto source = run::regex_grammar(pattern);
  if (!source.is_ok()) FAIL(std::string(pattern) + ": " + source.status().message());
  auto grammar = run::Grammar::compile(source.value());
  if (!grammar.is_ok()) FAIL(grammar.status().message() + source.value());
  return std::move(grammar).value();
}

bool matches(const run::Grammar& grammar, std::string_view text) {
  auto state = run::GrammarState::create(grammar).value();
  return state.accept(text).is_ok() && state.is_complete();
}
bool matches(std::string_view pattern, std::string_view text) {
  return matches(grammar_of(pattern), text);
}

using Random = std::mt19937_64;
std::size_t below(Random& random, std::size_t n) { return random() % n; }

std::string random_pattern(Random& random, int depth);

std::string random_element(Random& random, int depth) {
  static const std::vector<std::string> sets = {
      "[ab]",  "[^a]",     "[a-c1]",  "[^\\d-]",  "\\d",   "\\W", ".",
      "\\s",   "\\.",      "\\u00e9", "[\\w\\-]", "[é-ü]", "\\n", "[^\\S]",
      "\\x41", "[\\]\\^]", "[.*+?]",  "\\D",      "ü",     "\\("};
  static constexpr std::string_view letters = "abc1- \"A";
  if (depth > 0 && below(random, 4) == 0) {
    return (below(random, 2) == 0 ? "(" : "(?:") + random_pattern(random, depth - 1) + ")";
  }
  return below(random, 3) == 0 ? sets[below(random, sets.size())]
                               : std::string(1, letters[below(random, letters.size())]);
}

std::string random_pattern(Random& random, int depth) {
  static const std::vector<std::string> counts = {"?", "*", "+", "{2}", "{0,2}", "{1,}", "{1,3}"};
  std::string out;
  for (std::size_t left = below(random, 5); left > 0; --left) {
    out += random_element(random, depth);
    if (below(random, 3) == 0) out += counts[below(random, counts.size())];
    if (below(random, 6) == 0) out += "|";
  }
  return out;
}

// In ICU words are of all letters.
icu::UnicodeString for_icu(const std::string& pattern) {
  auto out = icu::UnicodeString::fromUTF8(pattern);
  out.findAndReplace(u"\\w", u"[A-Za-z0-9_]").findAndReplace(u"\\W", u"[^A-Za-z0-9_]");
  return out;
}

}  // namespace

TEST_CASE("a regular expression's texts", "[run][regex_grammar]") {
  CHECK(run::regex_grammar("ab+|[x-z\"]{2}").value() == "root ::= \"a\" \"b\"+ | [\"x-z]{2}\n");
  CHECK(matches("", ""));
  CHECK_FALSE(matches("", "a"));
  CHECK(matches("^$", ""));
  CHECK(matches("^\\d{4}-\\d{2}-\\d{2}$", "1611-05-02"));
  CHECK_FALSE(matches("\\d{4}-\\d{2}-\\d{2}", "1611-5-2"));
  CHECK(matches("a(b|cd)*", "abcdb"));
  CHECK(matches("(|a)b", "b"));
  CHECK(matches("(?:ab){2,}", "ababab"));
  CHECK_FALSE(matches("(?:ab){2,}", "ab"));
  CHECK(matches("é+", "éé"));
}

TEST_CASE("a regular expression's sets", "[run][regex_grammar]") {
  CHECK(matches(".", "é"));
  CHECK_FALSE(matches(".", "\n"));
  CHECK_FALSE(matches(".", std::string_view("\0", 1)));
  CHECK(matches("[^a]", "\n"));
  CHECK_FALSE(matches("[^a]", std::string_view("\0", 1)));
  CHECK(matches("[^\\ud7ff]", "\xee\x80\x80"));
  CHECK(matches("\\w\\W\\s\\S\\D", "_- --"));
  CHECK(matches("[\\d_-]+", "1_-"));
  CHECK(matches("[a\\]\\\\^-]+", "]a\\^-"));
  CHECK(matches("\\x41\\u00e9\\t\\$\\{\\/", "Aé\t${/"));
}

TEST_CASE("what is no regular expression here", "[run][regex_grammar]") {
  for (const char* wrong : {"(",
                            ")",
                            "a)",
                            "(a",
                            "[",
                            "[]",
                            "[a",
                            "[^]",
                            "[b-a]",
                            "[[:digit:]]",
                            "[a-\\d]",
                            "\\",
                            "\\b",
                            "\\1",
                            "\\p{L}",
                            "\\x4",
                            "\\x00",
                            "\\u12",
                            "\\ud800",
                            "(?=a)",
                            "(?i)a",
                            "*",
                            "a|*",
                            "(+)",
                            "a**",
                            "a+?",
                            "a{2}{3}",
                            "a{",
                            "a{,2}",
                            "a{2",
                            "a{3,2}",
                            "a{4097}",
                            "a{99999999999}",
                            "{2}",
                            "a^b",
                            "a$b",
                            "(a?)*",
                            "(|b){2,}",
                            "((a*)(b*))+",
                            "[^\\s\\S]",
                            "[\\w\\W]{3}$a"}) {
    INFO(wrong);
    const auto refused = run::regex_grammar(wrong);
    REQUIRE_FALSE(refused.is_ok());
    CHECK(refused.status().code() == Code::kInvalidPattern);
    CHECK_FALSE(refused.status().hint().empty());
  }
  CHECK(run::regex_grammar("é(").status().message() ==
        "regular expression: expected ) at character 3");
  CHECK(code_of(std::string_view("a\0b", 3)) == Code::kInvalidPattern);
  CHECK(code_of("\xff") == Code::kBadEncoding);
  CHECK(code_of(std::string(run::kMostPatternBytes + 1, 'a')) == Code::kLimitExceeded);
  CHECK(code_of(std::string(65, '(') + std::string(65, ')')) == Code::kLimitExceeded);
  CHECK(code_of(std::string(64, '(') + std::string(64, ')')) == Code::kOk);
  std::string large;
  for (int i = 0; i < 100; ++i) large += "a{4096}";
  CHECK(code_of(large) == Code::kLimitExceeded);
}

TEST_CASE("random regular expressions match what ICU's do", "[run][regex_grammar]") {
  Random random(7);
  static const std::vector<std::string> letters = {"a", "b",  "c", "1", "-", " ", "\"",
                                                   "A", "\n", "é", "]", "(", "."};
  std::size_t tried = 0, matched = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string pattern = random_pattern(random, 2);
    if (code_of(pattern) != Code::kOk) continue;
    INFO(pattern);
    const run::Grammar grammar = grammar_of(pattern);
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexPattern> expression(
        icu::RegexPattern::compile(for_icu(pattern), 0, status));
    REQUIRE(U_SUCCESS(status));
    for (int i = 0; i < 20; ++i) {
      std::string text;
      for (std::size_t left = below(random, 6); left > 0; --left) {
        text += letters[below(random, letters.size())];
      }
      INFO(text);
      const auto content = icu::UnicodeString::fromUTF8(text);
      const std::unique_ptr<icu::RegexMatcher> matcher(expression->matcher(content, status));
      const bool expected = matcher->matches(status);
      REQUIRE(U_SUCCESS(status));
      CHECK(matches(grammar, text) == expected);
      ++tried;
      matched += expected;
    }
  }
  CHECK(tried > 20000);
  CHECK(matched > 1000);
}
