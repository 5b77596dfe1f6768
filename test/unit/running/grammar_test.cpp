// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/grammar.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "core/base/utf8.hpp"
#include "core/format/json_reader.hpp"
#include "core/run/grammar_state.hpp"
#include "core/run/utf8_ranges.hpp"

namespace core = hartonomous::core;
namespace run = hartonomous::core::run;
using core::Code;
using hartonomous::core::tokenizer::TokenId;

namespace {

run::Grammar compiled(std::string_view text) {
  auto grammar = run::Grammar::compile(text);
  if (!grammar.is_ok()) FAIL(grammar.status().message());
  return std::move(grammar).value();
}

Code refusal(std::string_view text) {
  const auto grammar = run::Grammar::compile(text);
  return grammar.is_ok() ? Code::kOk : grammar.status().code();
}

// Whether the grammar matches all of `text`.
bool matches(const run::Grammar& grammar, std::string_view text) {
  auto state = run::GrammarState::create(grammar).value();
  const core::Status status = state.accept(text);
  if (!status.is_ok()) CHECK(status.code() == Code::kInvalidArgument);
  return status.is_ok() && state.is_complete();
}
bool matches(std::string_view grammar, std::string_view text) {
  return matches(compiled(grammar), text);
}

// All bytes, some words, and an end of generation, which is the last.
std::vector<std::string> vocabulary() {
  std::vector<std::string> tokens;
  for (int b = 0; b < 256; ++b) tokens.emplace_back(1, static_cast<char>(b));
  for (const char* word :
       {"{\"", "\":", "\", \"",       "}",        "true",   "tru", "null", "[1", "], [", "12.5",
        "e+",  "\\u", "\xe2\x82\xac", "\xe2\x82", "\xac\"", " ",   "\n  ", "{}", "a",    "name",
        "[[",  "]]",  "{\"a\":[",     "\\u00",    ",\"x"}) {
    tokens.emplace_back(word);
  }
  tokens.emplace_back("</s>");
  tokens.emplace_back("");
  return tokens;
}

run::TokenTrie trie_of(const std::vector<std::string>& tokens, TokenId end) {
  core::NoCheckpoint checkpoint;
  return run::TokenTrie::build(tokens, {end}, checkpoint).value();
}

bool is_json(const std::string& text) {
  core::NoCheckpoint checkpoint;
  core::format::JsonReader reader(text, "answer", 0, checkpoint);
  return reader.skip_value().is_ok() && reader.finish().is_ok();
}

}  // namespace

TEST_CASE("grammars match what they say") {
  CHECK(matches(R"(root ::= "yes" | "no")", "yes"));
  CHECK(!matches(R"(root ::= "yes" | "no")", "ye"));
  CHECK(!matches(R"(root ::= "yes" | "no")", "yesno"));
  CHECK(matches(R"(root ::= "")", ""));
  CHECK(matches("root ::= \"a\"*", ""));
  CHECK(matches("root ::= \"a\"*", "aaaa"));
  CHECK(!matches("root ::= \"a\"+", ""));
  CHECK(matches("root ::= \"ab\"+", "abab"));
  CHECK(!matches("root ::= \"ab\"+", "abb"));
  CHECK(matches("root ::= [a-c]{2,3} \"!\"?", "abc!"));
  CHECK(!matches("root ::= [a-c]{2,3} \"!\"?", "a!"));
  CHECK(!matches("root ::= [a-c]{2,3} \"!\"?", "abca"));
  CHECK(matches("root ::= [a-c]{2}", "ab"));
  CHECK(matches("root ::= [a-c]{0}", ""));
  CHECK(matches("root ::= [a-c]{2,}", "abcabc"));
  CHECK(!matches("root ::= [a-c]{2,}", "a"));
  CHECK(matches("root ::= [^x\\n]+", "ab c"));
  CHECK(!matches("root ::= [^x\\n]+", "axc"));
  CHECK(matches("root ::= . . \"]\"", "\xf0\x9f\x98\x80\xc3\xa9]"));
  CHECK(!matches("root ::= .", "\xff"));
  CHECK(!matches("root ::= .", "\xed\xa0\x80"));  // a surrogate
  CHECK(matches("root ::= [\\u00e0-\\u00ff]+", "\xc3\xa9\xc3\xbf"));
  CHECK(matches("root ::= \"\\x41\\U0001f600\\\\\\\"\"", "A\xf0\x9f\x98\x80\\\""));
  CHECK(matches("root ::= [a\\-\\]\\^-]+", "a-]^"));
  CHECK(matches("root ::= [-a]+", "a-"));
}

TEST_CASE("rules go on over lines, have comments and call each other") {
  const run::Grammar sums = compiled(
      "# sums\n"
      "root ::= term (\"+\" term)*   # one or more\n\n"
      "term ::=\n  number |\n  \"(\" root\n    \")\"\n"
      "number ::= [0-9]+");
  CHECK(matches("root ::= a\n  b\na ::= \"a\"\nb ::=\n \"b\"\n | \"c\"\n", "ac"));
  CHECK(matches(sums, "1+(2+34)+5"));
  CHECK(!matches(sums, "1+(2+34"));
  CHECK(!matches(sums, "1++2"));
  std::string deep(3000, '(');
  deep += "7" + std::string(3000, ')');
  CHECK(matches(sums, deep));
}

TEST_CASE("wrong grammars are refused with their line") {
  const auto message = [](std::string_view text) {
    const auto grammar = run::Grammar::compile(text);
    REQUIRE(!grammar.is_ok());
    CHECK(grammar.status().code() == Code::kInvalidArgument);
    return grammar.status().message();
  };
  CHECK(message("") == "the grammar has no rule \"root\"");
  CHECK(message("root ::= x") == "the grammar has no rule \"x\"");
  CHECK(message("root ::= \"a\"\nroot ::= \"b\"") ==
        "line 2 of the grammar: rule \"root\" is defined twice");
  CHECK(message("root = \"a\"") == "line 1 of the grammar: expected ::= before \"= \"a\"\"");
  CHECK(message("root ::= \"a").starts_with("line 1 of the grammar: expected \" at the end"));
  CHECK(message("\nroot ::= [a").starts_with("line 2 of the grammar: expected ] at the end"));
  CHECK(message("root ::= (\"a\"").starts_with("line 1 of the grammar: expected ) at the end"));
  CHECK(message("root ::= [z-a]") == "line 1 of the grammar: a range ends before it begins");
  CHECK(message("root ::= \"a\"{3,2}") ==
        "line 1 of the grammar: a repetition ends before it begins");
  CHECK(message("root ::= \"\\q\"").starts_with("line 1 of the grammar: expected an escape"));
  CHECK(message("root ::= \"\\ud800\"").starts_with("line 1 of the grammar: expected an escape"));
  CHECK(message("root ::= \"a\" )")
            .starts_with("line 1 of the grammar: expected a rule's name before"));
}

TEST_CASE("grammars that would not end are refused") {
  const auto message = [](std::string_view text) {
    const auto grammar = run::Grammar::compile(text);
    REQUIRE(!grammar.is_ok());
    CHECK(grammar.status().code() == Code::kInvalidArgument);
    return grammar.status().message();
  };
  CHECK(message("root ::= root \"a\" | \"b\"") == "rule \"root\" of the grammar is left-recursive");
  CHECK(message("root ::= x\nx ::= y? x \"a\" | \"b\"\ny ::= \"y\"") ==
        "rule \"x\" of the grammar is left-recursive");
  CHECK(message("root ::= a\na ::= b\nb ::= a | \"b\"").ends_with("is left-recursive"));
  CHECK(message("root ::= (\"a\"?)*").ends_with("is left-recursive"));
  CHECK(message("root ::= \"a\" root") == "rule \"root\" of the grammar matches no finite text");
  CHECK(message("root ::= [^\\x00-\\U0010ffff]") ==
        "rule \"root\" of the grammar matches no finite text");
}

TEST_CASE("large grammars are refused") {
  CHECK(refusal(std::string(run::Grammar::kMostBytes + 1, ' ')) == Code::kLimitExceeded);
  CHECK(refusal("root ::= \"a\"{5000}") == Code::kLimitExceeded);
  CHECK(refusal("root ::= \"a\"{4096}") == Code::kOk);
  CHECK(refusal("root ::= ((\"a\"{4096}){4096}){4096}") == Code::kOk);  // shared, not copied
  std::string many = "root ::= ";
  for (int i = 0; i < 100; ++i) many += "\"a\"{4096} ";
  CHECK(refusal(many) == Code::kLimitExceeded);
  CHECK(refusal("root ::= " + std::string(65, '(') + "\"a\"" + std::string(65, ')')) ==
        Code::kLimitExceeded);
  CHECK(refusal("root ::= \"\xff\"") == Code::kBadEncoding);
  CHECK(refusal(std::string(200, 'n') + " ::= \"a\"") == Code::kInvalidArgument);
}

TEST_CASE("a grammar read in too many ways is stopped, and so is an answer too deep") {
  std::string ways = "root ::= ";
  for (int i = 0; i < 2500; ++i) {
    const std::string number = std::to_string(i);
    ways.append(i == 0 ? "" : " | ").append("\"a\" \"").append(number).append("\"");
  }
  const run::Grammar ambiguous = compiled(ways);
  CHECK(run::GrammarState::create(ambiguous).status().code() == Code::kLimitExceeded);
  const run::Grammar brackets = compiled("root ::= \"(\" root \")\" | \"x\"");
  auto state = run::GrammarState::create(brackets).value();
  core::Status status;
  std::size_t depth = 0;
  while (status.is_ok() && depth < 2 * run::GrammarState::kMostStacks) {
    status = state.accept("((((");
    depth += 4;
  }
  CHECK(status.code() == Code::kLimitExceeded);
  CHECK(depth > 100000);
}

TEST_CASE("a mask has the tokens that can follow, and no others") {
  const auto tokens = vocabulary();
  const auto end = static_cast<TokenId>(tokens.size() - 2);
  const auto trie = trie_of(tokens, end);
  core::NoCheckpoint checkpoint;
  std::mt19937 random(3);
  for (const auto& grammar :
       {run::Grammar::json(), compiled("root ::= \"\xe2\x82\xac\"+ \"true\"? | [a-n]{3,9}"),
        compiled("root ::= .{0,5} \"null\" .*")}) {
    auto state = run::GrammarState::create(grammar).value();
    for (int round = 0; round < 300; ++round) {
      run::TokenMask mask(tokens.size());
      REQUIRE(state.allowed(trie, mask, checkpoint).is_ok());
      std::vector<TokenId> choices;
      for (TokenId t = 0; t < tokens.size(); ++t) {
        bool can_follow = t == end && state.is_complete();
        if (t != end && !tokens[t].empty())
          can_follow = run::GrammarState(state).accept(tokens[t]).is_ok();
        REQUIRE(mask.contains(t) == can_follow);
        if (can_follow && t != end) choices.push_back(t);
      }
      if (choices.empty()) break;
      REQUIRE(state.accept(tokens[choices[random() % choices.size()]]).is_ok());
    }
  }
  run::TokenMask wrong(3);
  auto state = run::GrammarState::create(run::Grammar::json()).value();
  CHECK(state.allowed(trie, wrong, checkpoint).code() == Code::kInvalidArgument);
}

TEST_CASE("whatever the JSON grammar lets through is JSON") {
  const auto tokens = vocabulary();
  const auto end = static_cast<TokenId>(tokens.size() - 2);
  const auto trie = trie_of(tokens, end);
  core::NoCheckpoint checkpoint;
  std::mt19937 random(8);
  std::size_t objects = 0, longest = 0;
  for (int round = 0; round < 400; ++round) {
    auto state = run::GrammarState::create(run::Grammar::json()).value();
    std::string text;
    for (int step = 0;; ++step) {
      run::TokenMask mask(tokens.size());
      REQUIRE(state.allowed(trie, mask, checkpoint).is_ok());
      REQUIRE(mask.count() > 0);  // no dead end: what may begin can be ended
      std::vector<TokenId> choices;
      mask.for_each([&](TokenId t) { choices.push_back(t); });
      if (mask.contains(end) && (step > 60 || random() % 4 == 0)) break;
      TokenId token = choices[random() % choices.size()];
      // Past its length it closes what is open.
      for (const TokenId closing : {TokenId{'"'}, TokenId{'}'}, TokenId{']'}}) {
        if (step > 60 && mask.contains(closing) && random() % 2 == 0) token = closing;
      }
      if (token == end) break;
      REQUIRE(state.accept(tokens[token]).is_ok());
      text += tokens[token];
      REQUIRE(step < 5000);
    }
    INFO(text);
    REQUIRE(is_json(text));
    objects += text[0] == '{';
    longest = std::max(longest, text.size());
  }
  CHECK(objects > 20);
  CHECK(longest > 60);
}

TEST_CASE("the JSON grammar takes JSON and nothing else") {
  const auto& json = run::Grammar::json();
  for (const char* text : {"{}", "[]", "null", "-0.5e-7", "\"\"", "[1, 2, {\"a\": [true, false]}]",
                           "{\"a\": \"\\u00e9\\ud83d\\ude00\\n\", \"b\": 12}",
                           "{\n  \"a\": 1,\n  \"b\": [\n    2]\n}"}) {
    INFO(text);
    CHECK(matches(json, text));
    CHECK(is_json(text));
  }
  for (const char* text : {"", "{", "[1,]", "{\"a\"}", "01", "1.", "+1", "nul", "\"\\u0000\"",
                           "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\n\"", "{'a': 1}", "[1 2]"}) {
    INFO(text);
    CHECK(!matches(json, text));
  }
}

TEST_CASE("byte ranges match the UTF-8 of their codepoints") {
  std::mt19937 random(6);
  const std::vector<char32_t> edges = {0,      0x7f,   0x80,   0x7ff,  0x800,   0xd7ff,
                                       0xd800, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff};
  for (int round = 0; round < 200; ++round) {
    const auto pick = [&] {
      const auto near = static_cast<std::int64_t>(edges[random() % edges.size()]) +
                        static_cast<std::int64_t>(random() % 200) - 100;
      return static_cast<char32_t>(std::clamp<std::int64_t>(near, 0, 0x10ffff));
    };
    char32_t first = pick(), last = pick();
    if (last < first) std::swap(first, last);
    const auto ranges = run::utf8_ranges(first, last);
    const auto is_matched = [&](char32_t codepoint) {
      std::string bytes;
      core::utf8::append(bytes, codepoint);
      int count = 0;
      for (const auto& range : ranges) {
        bool fits = range.length == bytes.size();
        for (std::size_t i = 0; fits && i < bytes.size(); ++i) {
          const auto byte = static_cast<std::uint8_t>(bytes[i]);
          fits = byte >= range.bytes[i].low && byte <= range.bytes[i].high;
        }
        count += fits;
      }
      REQUIRE(count <= 1);
      return count == 1;
    };
    for (int i = 0; i < 100; ++i) {
      const char32_t codepoint = pick();
      if (codepoint >= 0xd800 && codepoint < 0xe000) continue;
      REQUIRE(is_matched(codepoint) == (codepoint >= first && codepoint <= last));
    }
  }
}
