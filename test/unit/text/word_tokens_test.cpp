// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/word_tokens.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <regex>
#include <string>
#include <vector>

namespace text = hartonomous::core::text;

namespace {

std::vector<std::string> tokens(std::string_view input) {
  std::vector<std::string> found;
  text::WordTokens walk(input);
  for (auto token = walk.next(); !token.empty(); token = walk.next()) found.emplace_back(token);
  return found;
}

}  // namespace

TEST_CASE("tokens of ASCII text are those of the regular expression") {
  const std::regex expression("[A-Za-z]+(?:['-][A-Za-z]+)*'?|[^\\sA-Za-z]");
  std::mt19937 random(1);
  const std::string letters = "aBz'' -- .,1\t\n\x01\x7f";
  for (int round = 0; round < 5000; ++round) {
    std::string input(random() % 24, ' ');
    for (char& c : input) c = letters[random() % letters.size()];
    std::vector<std::string> expected;
    for (std::sregex_iterator at(input.begin(), input.end(), expression), end; at != end; ++at) {
      expected.push_back(at->str());
    }
    REQUIRE(tokens(input) == expected);
  }
}

TEST_CASE("letters and marks of every script make words, broken bytes are tokens") {
  using List = std::vector<std::string>;
  CHECK(tokens("naïve Übermut—d’accord") == List{"naïve", "Übermut", "—", "d’accord"});
  CHECK(tokens("a\u0301b \u05d0\u05b8 2026") ==
        List{"a\u0301b", "\u05d0\u05b8", "2", "0", "2", "6"});
  CHECK(tokens("x\u00a0y\u2003z\u0085") == List{"x", "y", "z"});
  CHECK(tokens("a\xff\xc3") == List{"a", "\xff", "\xc3"});
  CHECK(tokens(std::string_view("a\0b", 3)) == List{"a", std::string(1, '\0'), "b"});
  CHECK(tokens("").empty());
  CHECK(tokens("  \n").empty());
}

TEST_CASE("tokens are printed as prose") {
  std::string out;
  for (const auto& token : tokens("In the beginning, God (LORD) made 12 things: all.")) {
    text::append_token(out, token);
  }
  CHECK(out == "In the beginning, God (LORD) made 12 things: all.");
}
