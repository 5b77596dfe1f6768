// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/answer_text.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <random>

#include "core/base/utf8.hpp"

namespace run = hartonomous::core::run;
using hartonomous::core::Code;

namespace {

run::StopStrings stops(const std::vector<std::string>& strings) {
  return run::StopStrings::create(strings).value();
}

// The text before the first stop string, found in the whole input by looking at every end.
std::optional<std::string> cut_by_search(const std::string& input,
                                         const std::vector<std::string>& strings) {
  for (std::size_t end = 1; end <= input.size(); ++end) {
    std::size_t longest = 0;
    for (const std::string& s : strings) {
      if (s.size() <= end && input.compare(end - s.size(), s.size(), s) == 0) {
        longest = std::max(longest, s.size());
      }
    }
    if (longest != 0) return input.substr(0, end - longest);
  }
  return std::nullopt;
}

std::string random_word(std::mt19937& random, std::size_t length, unsigned letters) {
  std::string word;
  while (word.size() < length) word += static_cast<char>('a' + random() % letters);
  return word;
}

std::string in_parts(run::AnswerText answer, const std::string& bytes, std::mt19937& random) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = random() % 4;
    if (answer.feed(std::string_view(bytes).substr(at, length), out)) break;
    at += length;
    REQUIRE(hartonomous::core::utf8::first_invalid(out) == out.size());
  }
  answer.finish(out);
  return out;
}

}  // namespace

TEST_CASE("a stop string ends the answer before it, however it arrives") {
  std::mt19937 random(4);
  int stopped = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> strings(random() % 4);
    for (auto& s : strings) s = random_word(random, 1 + random() % 6, 2);
    const std::string input = random_word(random, random() % 30, 2);
    const auto expected = cut_by_search(input, strings);
    stopped += expected.has_value();
    REQUIRE(in_parts(run::AnswerText(stops(strings)), input, random) == expected.value_or(input));
  }
  CHECK(stopped > 500);
}

TEST_CASE("only what may begin a stop string is held back") {
  run::StopStrings s = stops({"</s>", "User:"});
  std::string out;
  CHECK(!s.feed("hello <", out));
  CHECK(out == "hello ");
  CHECK(!s.feed("b", out));
  CHECK(out == "hello <b");
  CHECK(!s.feed(" Us", out));
  CHECK(out == "hello <b ");
  CHECK(!s.feed("", out));
  CHECK(out == "hello <b ");
  CHECK(!s.has_stopped());
  CHECK(s.feed("er: no", out));
  CHECK(s.has_stopped());
  CHECK(s.feed("more", out));
  s.finish(out);
  CHECK(out == "hello <b ");
}

TEST_CASE("stop strings have limits") {
  CHECK(run::StopStrings::create({""}).status().code() == Code::kInvalidArgument);
  CHECK(run::StopStrings::create({std::string(1025, 'a')}).status().code() == Code::kLimitExceeded);
  CHECK(run::StopStrings::create(std::vector<std::string>(65, "a")).status().code() ==
        Code::kLimitExceeded);
  CHECK(run::StopStrings::create(std::vector<std::string>(64, std::string(1024, 'a'))).is_ok());
}

TEST_CASE("characters come out whole, and what is none as U+FFFD") {
  const auto with_marks = [](const std::string& shown) {  // each ? stands for U+FFFD
    std::string result;
    for (const char c : shown) {
      if (c == '?') {
        result += "\xef\xbf\xbd";
      } else {
        result += c;
      }
    }
    return result;
  };
  const auto text = [](const std::string& bytes) {
    run::WholeCharacters characters;
    std::string out;
    characters.feed(bytes, out);
    characters.finish(out);
    return out;
  };
  const std::string whole = "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80";
  CHECK(text(whole) == whole);
  CHECK(text(std::string("a\0b", 3)) == with_marks("a?b"));
  CHECK(text("\xc3") == with_marks("?"));
  CHECK(text("\xc3(") == with_marks("?("));
  // The Unicode Standard 15, tables 3-8 to 3-11.
  CHECK(text("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41") == with_marks("????????A"));
  CHECK(text("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41") == with_marks("????????A"));
  CHECK(text("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42") == with_marks("?????A??B"));
  CHECK(text("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41") == with_marks("????A"));
}

TEST_CASE("any bytes in any parts give the same valid text") {
  std::mt19937 random(9);
  const std::vector<std::string> bits = {"a",    "\xe2\x82\xac", "\xf0\x9f", "\x98",        "\xed",
                                         "\xa0", "\xc3",         "\xff",     "\xf4\x8f\xbf"};
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    for (std::size_t i = random() % 12; i > 0; --i) bytes += bits[random() % bits.size()];
    std::string whole;
    run::AnswerText at_once(stops({}));
    at_once.feed(bytes, whole);
    at_once.finish(whole);
    REQUIRE(hartonomous::core::utf8::first_invalid(whole) == whole.size());
    REQUIRE(in_parts(run::AnswerText(stops({})), bytes, random) == whole);
  }
}
