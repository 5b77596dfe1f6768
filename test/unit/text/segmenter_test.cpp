// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <random>
#include <sstream>

#include "../shared_data.hpp"
#include "core/text/segmenter.hpp"
#include "core/text/sentence_breaker.hpp"
#include "core/text/word_breaker.hpp"
#include "uax29_rules.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::text;
using hartonomous::test::Uax29Rules;

namespace {

using Ends = std::vector<std::uint32_t>;

struct Breakers {
  BreakClasses classes;
  WordBreaker word_breaker{classes};
  SentenceBreaker sentence_breaker{classes};

  Ends words(std::string_view text) {
    Ends ends;
    REQUIRE(word_breaker.find(text, ends).is_ok());
    return ends;
  }
  Ends sentences(std::string_view text) {
    Ends ends;
    sentence_breaker.find(text, ends);
    return ends;
  }
};

std::string encoded(std::u32string_view text) {
  std::string bytes;
  for (const char32_t c : text) utf8::append(bytes, c);
  return bytes;
}

// Where the rules end something, in bytes.
template <class EndsBefore>
Ends by_rules(std::u32string_view text, EndsBefore&& ends_before) {
  Ends ends;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && ends_before(i)) ends.push_back(static_cast<std::uint32_t>(bytes.size()));
    utf8::append(bytes, text[i]);
  }
  if (!text.empty()) ends.push_back(static_cast<std::uint32_t>(bytes.size()));
  return ends;
}

Ends by_icu(UBreakIteratorType type, std::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  UBreakIterator* iterator = ubrk_open(type, "root", nullptr, 0, &code);
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &code);
  ubrk_setUText(iterator, &view, &code);
  utext_close(&view);
  REQUIRE(U_SUCCESS(code));
  Ends ends;
  for (int at = ubrk_next(iterator); at != UBRK_DONE; at = ubrk_next(iterator)) {
    ends.push_back(static_cast<std::uint32_t>(at));
  }
  ubrk_close(iterator);
  return ends;
}

// Some characters of each class that needs no dictionary, and more of ASCII.
std::u32string alphabet() {
  std::u32string characters;
  for (char32_t c = 1; c < 0x80; ++c) characters += c;
  characters += U"aAbB019 ..,,''\"\"!?;_-\r\n\t()";
  characters += U"\u05d0\u05d1\u00e9\u00c9\u0301\u0308\u00ad\u200d\u200d\u2060\u0660\u0661\u066c";
  characters += U"\u2018\u2019\u2024\u00b7\u0387\u203f\u2040\u3031\u0085\u2028\u2029\u2003\u3000";
  characters += U"\U0001F1E9\U0001F1EA\U0001F1EB\U0001F469\U0001F4BB\U0001F3FD\u2764\ufe0f\u24c2";
  characters += U"\u01bb\u02b0\u3002\uff01\uff0e\u300c\u300d\u055d\u060c\u0627\u0915\u094d";
  characters += U"\u1100\u1161";
  characters += U"\u00a0\u0378\ue000\ufffe\U000e0001\U0010ffff";
  return characters;
}

std::u32string random_string(std::mt19937& random, const std::u32string& from, std::size_t length) {
  std::u32string text;
  while (text.size() < length) {
    const char32_t c = from[random() % from.size()];
    for (unsigned times = random() % 16 == 0 ? 1 + random() % 4 : 1; times > 0; --times) text += c;
    if (random() % 8 == 0) {  // ASCII stretches, so that both ways of finding words take turns
      for (unsigned n = random() % 90; n > 0; --n) text += "ab 1.,'_\r\n:\" a1"[random() % 15];
    }
  }
  return text;
}

// Runs one file of the Unicode Character Database's break tests and returns how many lines it has.
template <class Find>
std::size_t conform(const char* name, Find&& find) {
  const auto path = hartonomous::test::shared_data() / "tokenizers" / "unicode15" / name;
  std::istringstream lines(hartonomous::test::file_contents(path));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string bytes;
    Ends expected;
    for (std::string word; words >> word;) {
      if (word == "÷") {
        if (!bytes.empty()) expected.push_back(static_cast<std::uint32_t>(bytes.size()));
      } else if (word != "×") {
        utf8::append(bytes, static_cast<char32_t>(std::stoul(word, nullptr, 16)));
      }
    }
    if (bytes.empty()) continue;
    INFO(line);
    CHECK(find(bytes) == expected);
    ++count;
  }
  return count;
}

bool has_conformance_files() {
  const auto folder = hartonomous::test::shared_data() / "tokenizers" / "unicode15";
  if (std::filesystem::is_directory(folder) && unicode_version() == "15.0") return true;
  WARN("skipped: there is no directory " << folder << ", or ICU is not of Unicode 15.0");
  return false;
}

}  // namespace

TEST_CASE("words and sentences conform to the tests of Unicode 15.0") {
  if (!has_conformance_files()) return;
  Breakers breakers;
  CHECK(conform("WordBreakTest.txt", [&](auto text) { return breakers.words(text); }) == 1823);
  CHECK(conform("SentenceBreakTest.txt", [&](auto text) { return breakers.sentences(text); }) ==
        502);
}

TEST_CASE("words and sentences are those of the rules read one by one") {
  Breakers breakers;
  const std::u32string characters = alphabet();
  std::mt19937 random(29);
  for (int i = 0; i < 20000; ++i) {
    const std::u32string text = random_string(random, characters, random() % 60);
    const std::string bytes = encoded(text);
    const Uax29Rules rules(text);
    INFO("string " << i);
    REQUIRE(breakers.words(bytes) ==
            by_rules(text, [&](std::size_t at) { return rules.word_ends_before(at); }));
    REQUIRE(breakers.sentences(bytes) ==
            by_rules(text, [&](std::size_t at) { return rules.sentence_ends_before(at); }));
  }
}

TEST_CASE("words and sentences are ICU's without a colon, an at sign or Hangul") {
  Breakers breakers;
  std::u32string characters = alphabet();
  const auto is_tailored = [](char32_t c) {  // by CLDR's root locale
    return c == U':' || c == U'@' || c == 0x1100 || c == 0x1161;
  };
  std::erase_if(characters, is_tailored);
  std::mt19937 random(72);
  for (int i = 0; i < 2000; ++i) {
    std::u32string text = random_string(random, characters, random() % 60);
    std::erase_if(text, is_tailored);
    const std::string bytes = encoded(text);
    std::ostringstream codes;
    for (const char32_t c : text) codes << std::hex << static_cast<std::uint32_t>(c) << ' ';
    INFO("string " << i << ": " << codes.str());
    REQUIRE(breakers.words(bytes) == by_icu(UBRK_WORD, bytes));
    REQUIRE(breakers.sentences(bytes) == by_icu(UBRK_SENTENCE, bytes));
  }
}

TEST_CASE("dictionaries cut inside runs of scripts without spaces, the rules around them") {
  Breakers breakers;
  for (const char* text : {"ภาษาไทยง่ายนิดเดียว", "中华人民共和国的首都是北京", "東京は日本の首都です",
                           "ប្រទេសកម្ពុជាជាប្រទេស", "ພາສາລາວເປັນພາສາ", "မြန်မာနိုင်ငံသည်အာရှ"}) {
    INFO(text);
    const Ends alone = breakers.words(text);
    CHECK(alone == by_icu(UBRK_WORD, text));
    CHECK(alone.size() > 1);
    const std::string framed = "go " + std::string(text) + "! 中";
    Ends shifted = {2, 3};
    for (const std::uint32_t end : alone) shifted.push_back(end + 3);
    for (const std::uint32_t more : {1, 2, 5}) shifted.push_back(alone.back() + 3 + more);
    CHECK(breakers.words(framed) == shifted);
  }
}

TEST_CASE("a colon inside letters joins, as the annex says") {
  Breakers breakers;
  CHECK(breakers.words("a:b c: 1:2") == Ends{3, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("bytes that are not UTF-8 are cut without harm") {
  Breakers breakers;
  std::mt19937 random(4);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes;
    for (unsigned n = random() % 100; n > 0; --n) {
      bytes += static_cast<char>(random() % 4 != 0 ? random() : 'a' + random() % 3);
    }
    for (const Ends& ends : {breakers.words(bytes), breakers.sentences(bytes)}) {
      REQUIRE(std::ranges::is_sorted(ends));
      REQUIRE((bytes.empty() ? ends.empty() : ends.back() == bytes.size()));
    }
  }
}

TEST_CASE("a segmenter goes through words and marks the last of each sentence") {
  auto segmenter = Segmenter::open();
  REQUIRE(segmenter.is_ok());
  const std::string_view text = "Hi, you.  Go!";
  REQUIRE(segmenter.value().start(text).is_ok());
  std::vector<std::pair<std::size_t, bool>> words;
  while (words.empty() || words.back().first < text.size()) {
    const Segmenter::Word word = segmenter.value().next();
    words.emplace_back(word.end, word.ends_sentence);
  }
  const std::vector<std::pair<std::size_t, bool>> expected = {{2, false},  {3, false}, {4, false},
                                                              {7, false},  {8, false}, {10, true},
                                                              {12, false}, {13, true}};
  CHECK(words == expected);
  CHECK(segmentation().starts_with("UAX #29, Unicode "));
}
