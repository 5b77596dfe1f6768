// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <random>

#include "core/text/document_builder.hpp"
#include "core/text/phrase_finder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::text;

namespace {

using Offsets = std::vector<std::uint64_t>;

struct Document {
  AtomGraph graph;
  NodeIndex root;
};

Document build(std::string_view text) {
  Document document;
  NoCheckpoint checkpoint;
  auto builder = DocumentBuilder::open(document.graph);
  REQUIRE(builder.is_ok());
  REQUIRE(builder.value().append(text, checkpoint).is_ok());
  document.root = builder.value().finish();
  return document;
}

Offsets naive(std::string_view text, std::string_view phrase) {
  Offsets offsets;
  for (std::size_t at = text.find(phrase); at != text.npos; at = text.find(phrase, at + 1)) {
    offsets.push_back(at);
  }
  return offsets;
}

Offsets found(const Document& document, std::string_view phrase, std::size_t most = ~0ULL) {
  const PhraseAutomaton automaton(phrase);
  PhraseFinder finder(document.graph.view(), automaton);
  NoCheckpoint checkpoint;
  Offsets offsets;
  const auto take = [&](std::uint64_t offset) {
    offsets.push_back(offset);
    return offsets.size() < most;
  };
  REQUIRE(finder.for_each(document.root, take, checkpoint).is_ok());
  const auto count = finder.count(document.root, checkpoint);
  REQUIRE(count.is_ok());
  if (offsets.size() < most) CHECK(count.value() == offsets.size());
  return offsets;
}

// A text of few distinct pieces, so that runs, repeats and chance occurrences abound.
std::string random_text(std::mt19937& random, std::size_t pieces) {
  static const std::vector<std::string> kPieces = {"a",  "aa",   "b",       "ab",    " ",
                                                   "  ", ". ",   "\n",      "\n\n",  "é",
                                                   "中", "🙂", "e\u0301", "Aa. B", "abab"};
  std::string text;
  for (std::size_t i = 0; i < pieces; ++i) {
    const std::string& piece = kPieces[random() % kPieces.size()];
    for (std::size_t times = random() % 8 == 0 ? random() % 40 : 1; times > 0; --times) {
      text += piece;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the automaton finds what a naive search finds", "[text]") {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const auto letters = [&](std::size_t most) {
      std::string s(1 + random() % most, 'a');
      for (char& c : s) c = static_cast<char>('a' + random() % 2);
      return s;
    };
    const std::string text = letters(60), phrase = letters(9);
    const PhraseAutomaton automaton(phrase);
    Offsets ends;
    PhraseAutomaton::State state = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto step = automaton.step(state, text[i]);
      state = step.state;
      if (step.matched) ends.push_back(i + 1 - phrase.size());
    }
    CHECK(ends == naive(text, phrase));
  }
}

TEST_CASE("occurrences in a document are those of its text", "[text]") {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const std::string text = random_text(random, 1 + random() % 400);
    const Document document = build(text);
    for (int k = 0; k < 20; ++k) {
      std::string phrase = random_text(random, 1 + random() % 3);
      if (k % 2 == 0 && !text.empty()) {  // a stretch of the text, cut where bytes fall
        const std::size_t at = random() % text.size();
        phrase = text.substr(at, 1 + random() % (k % 4 == 0 ? 200 : 12));
      }
      if (phrase.empty()) continue;
      INFO("text " << text << "\nphrase " << phrase);
      CHECK(found(document, phrase) == naive(text, phrase));
    }
  }
}

TEST_CASE("overlapping occurrences within runs all count", "[text]") {
  CHECK(found(build("aaaa"), "aa") == Offsets{0, 1, 2});
  CHECK(found(build("a"), "a") == Offsets{0});
  CHECK(found(build("a"), "aa").empty());
  CHECK(found(build(""), "a").empty());
  CHECK(found(build("ab ab ab"), "ab ab") == Offsets{0, 3});
  std::string runs(100'000, 'x');
  CHECK(found(build(runs), std::string(99'990, 'x')).size() == 11);
  runs[50'000] = 'y';
  CHECK(found(build(runs), "xyx") == Offsets{49'999});
}

TEST_CASE("a search ends when its caller has enough", "[text]") {
  const Document document = build(std::string(1000, 'z') + " z");
  CHECK(found(document, "z", 3) == Offsets{0, 1, 2});
}

TEST_CASE("a copy of a copy is counted without being read again", "[text]") {
  // 2^40 times "ab", as a tower of nodes that hold their child twice.
  AtomGraph graph;
  const std::vector<ChildRun> word{{graph.codepoint('a'), 1}, {graph.codepoint('b'), 1}};
  NodeIndex node = graph.composition(word);
  for (int level = 0; level < 40; ++level) {
    const ChildRun twice{node, 2};
    node = graph.composition({&twice, 1});
  }
  NoCheckpoint checkpoint;
  const PhraseAutomaton automaton("bab");
  PhraseFinder finder(graph.view(), automaton);
  CHECK(finder.count(node, checkpoint).value() == (1ULL << 40) - 1);
}

TEST_CASE("an atom that contains itself is refused", "[text]") {
  const std::vector<NodeShape> nodes{{.first_child = 0, .child_count = 1}};
  const std::vector<ChildRun> runs{{0, 2}};
  const PhraseAutomaton automaton("a");
  PhraseFinder finder({nodes, runs}, automaton);
  NoCheckpoint checkpoint;
  CHECK(finder.count(0, checkpoint).status().code() == Code::kCorrupt);
}
