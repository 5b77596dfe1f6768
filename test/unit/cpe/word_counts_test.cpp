// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>
#include <string_view>

#include "core/cpe/word_counts.hpp"

using namespace hartonomous::core;
using cpe::WordCounts;
using Counts = std::map<std::string, std::uint64_t>;

namespace {

Counts contents(const WordCounts& words) {
  Counts counts;
  words.for_each([&](std::string_view word, std::uint64_t count) {
    CHECK(counts.emplace(word, count).second);
  });
  CHECK(words.size() == counts.size());
  return counts;
}

// Words of every length around the one up to which they lie in their slot, often alike.
std::string random_text(std::mt19937& random) {
  std::string text;
  for (int words = static_cast<int>(random() % 4000); words > 0; --words) {
    const std::string word(1 + random() % (random() % 8 == 0 ? 200 : 20),
                           static_cast<char>('a' + random() % 3));
    text += word;
    text.back() = static_cast<char>(random() % 16 == 0 ? '\0' : 'b');
    text += ' ';
  }
  return text;
}

}  // namespace

TEST_CASE("words of a text are counted as a map counts them") {
  std::mt19937 random(7);
  NoCheckpoint checkpoint;
  for (const auto pattern :
       {split::Pattern::kNone, split::Pattern::kWhitespace, split::Pattern::kCl100k}) {
    WordCounts words;
    Counts expected;
    for (int texts = 0; texts < 20; ++texts) {
      const std::string text = random_text(random);
      words.add_text(text, pattern, checkpoint);
      split::for_each_piece(pattern, text,
                            [&](std::string_view piece) { ++expected[std::string(piece)]; });
    }
    CHECK(contents(words) == expected);
  }
}

TEST_CASE("words are told apart by length, end and NUL") {
  WordCounts words;
  Counts expected;
  for (std::size_t length = 0; length < 40; ++length) {
    for (const char last : {'\0', 'a', '\xff'}) {
      std::string word(length, 'a');
      if (length != 0) word.back() = last;
      words.add(word, length + 1);
      expected[word] += length + 1;
    }
  }
  CHECK(contents(words) == expected);
  std::uint64_t bytes = 0;
  for (const auto& [word, count] : expected) bytes += word.size();
  CHECK(words.distinct_bytes() == bytes);
}

TEST_CASE("a word does not reach from one text into the next") {
  NoCheckpoint checkpoint;
  WordCounts words;
  for (const char* text : {"ab", "", "cd", "ab"})
    words.add_text(text, split::Pattern::kNone, checkpoint);
  CHECK(contents(words) == Counts{{"ab", 2}, {"cd", 1}});
}
