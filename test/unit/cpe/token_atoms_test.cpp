// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <random>

#include "core/base/utf8.hpp"
#include "core/cpe/text_encoder.hpp"
#include "core/cpe/token_atoms.hpp"
#include "core/text/compose_text.hpp"
#include "core/text/content_split.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/expansion.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::cpe;
using text::AtomGraph;
using text::ChildRun;
using text::NodeIndex;

namespace {

NoCheckpoint checkpoint;

// A vocabulary of these units, and then a token for each pair of earlier ones.
VocabularyContent vocabulary_of(std::vector<std::string> units,
                                std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs,
                                bool units_are_bytes) {
  VocabularyContent content;
  content.units_are_bytes = units_are_bytes;
  for (std::string& unit : units) content.tokens.push_back({.bytes = std::move(unit)});
  for (const auto& [left, right] : pairs) {
    const auto token = static_cast<std::uint32_t>(content.tokens.size());
    content.tokens.push_back({.bytes = content.tokens[left].bytes + content.tokens[right].bytes});
    content.merges.push_back({left, right, token});
  }
  return content;
}

std::string bytes_of(const AtomGraph& graph, NodeIndex node) {
  const auto length = text::expanded_length(graph.view(), node, 1 << 30, checkpoint);
  REQUIRE(length.is_ok());
  std::string out(length.value(), '\0');
  REQUIRE(text::expand(graph.view(), node, out, checkpoint).is_ok());
  return out;
}

struct Made {
  VocabularyContent content;
  TokenParts parts;
  AtomGraph graph;
  TokenAtoms atoms;

  explicit Made(VocabularyContent vocabulary)
      : content(std::move(vocabulary)), parts(parts_of(content)), atoms(content, parts, graph) {}
  static TokenParts parts_of(const VocabularyContent& content) {
    auto parts = TokenParts::of(content, checkpoint);
    REQUIRE(parts.is_ok());
    return std::move(parts).value();
  }
};

}  // namespace

TEST_CASE("a merged token is the composition of its parts") {
  Made made(vocabulary_of({"t", "h", "e"}, {{0, 1}, {3, 2}}, false));
  const NodeIndex t = made.graph.codepoint('t'), h = made.graph.codepoint('h');
  const NodeIndex th = made.graph.composition(std::vector<ChildRun>{{t, 1}, {h, 1}});
  const NodeIndex the =
      made.graph.composition(std::vector<ChildRun>{{th, 1}, {made.graph.codepoint('e'), 1}});
  CHECK(made.atoms.atom(0) == t);
  CHECK(made.atoms.atom(3) == th);
  CHECK(made.atoms.atom(4) == the);
  const std::vector<hash::Child> children = {{made.graph.hash(th), 1},
                                             {hash::codepoint_hash('e'), 1}};
  CHECK(made.graph.hash(the) == hash::composition_hash(children));
}

TEST_CASE("two equal parts are a run of two") {
  Made made(vocabulary_of({"a"}, {{0, 0}, {1, 1}, {1, 0}}, false));
  const NodeIndex a = made.graph.codepoint('a');
  const NodeIndex aa = made.graph.composition(std::vector<ChildRun>{{a, 2}});
  CHECK(made.atoms.atom(1) == aa);
  CHECK(made.atoms.atom(2) == made.graph.composition(std::vector<ChildRun>{{aa, 2}}));
  CHECK(made.atoms.atom(3) == made.graph.composition(std::vector<ChildRun>{{aa, 1}, {a, 1}}));
}

TEST_CASE("bytes that are no character are raw byte atoms, and join to the characters they make") {
  // Bytes of e acute and of e grave, C3 A9 and C3 A8; then both, cut in the middle.
  Made made(
      vocabulary_of({"\xc3", "\xa9", "\xa8", "x"}, {{0, 1}, {4, 0}, {5, 2}, {3, 0}, {7, 1}}, true));
  const NodeIndex acute = made.graph.codepoint(0xe9), grave = made.graph.codepoint(0xe8);
  CHECK(made.atoms.atom(0) == made.graph.byte(0xc3));
  CHECK(made.graph.hash(made.atoms.atom(0)) == hash::byte_hash(0xc3));
  CHECK(made.atoms.atom(4) == acute);
  CHECK(made.atoms.atom(5) ==
        made.graph.composition(std::vector<ChildRun>{{acute, 1}, {made.atoms.atom(0), 1}}));
  CHECK(made.atoms.atom(6) ==
        made.graph.composition(std::vector<ChildRun>{{acute, 1}, {grave, 1}}));
  CHECK(made.atoms.atom(8) ==
        made.graph.composition(std::vector<ChildRun>{{made.graph.codepoint('x'), 1}, {acute, 1}}));
  for (std::uint32_t id = 0; id < made.content.tokens.size(); ++id) {
    CHECK(bytes_of(made.graph, made.atoms.atom(id)) == made.content.tokens[id].bytes);
  }
}

TEST_CASE("a token's word is what a document makes of it") {
  VocabularyContent content =
      vocabulary_of({" ", "b", "o", "k"}, {{2, 2}, {4, 3}, {1, 5}, {0, 6}}, false);
  content.tokens.push_back({.bytes = "<s>", .type = TokenType::kControl});
  Made made(std::move(content));
  auto builder = text::DocumentBuilder::open(made.graph);
  REQUIRE(builder.is_ok());
  REQUIRE(builder.value().append("book", checkpoint).is_ok());
  const NodeIndex book = builder.value().finish();
  CHECK(made.atoms.word(6) == book);
  CHECK(made.atoms.word(7) == book);
  CHECK(made.atoms.atom(7) != book);
  CHECK(made.atoms.word(0) == made.graph.codepoint(' '));
  CHECK(made.atoms.word(8) == kNoNode);
}

TEST_CASE("equal tokens of different vocabularies are equal atoms") {
  Made one(vocabulary_of({"a", "b"}, {{0, 1}}, false));
  Made other(vocabulary_of({"x", "b", "a"}, {{2, 1}}, true));
  CHECK(one.graph.hash(one.atoms.atom(2)) == other.graph.hash(other.atoms.atom(3)));
}

TEST_CASE("a merge must be of tokens that are there and make its bytes") {
  VocabularyContent content = vocabulary_of({"a", "b"}, {{0, 1}}, false);
  content.merges[0].right = 7;
  CHECK(TokenParts::of(content, checkpoint).status().code() == Code::kMalformed);
  content.merges[0].right = 0;
  CHECK(TokenParts::of(content, checkpoint).status().code() == Code::kMalformed);
  content.merges.clear();
  content.tokens[0].bytes.assign(kMaxTokenBytes + 1, 'a');
  CHECK(TokenParts::of(content, checkpoint).status().code() == Code::kLimitExceeded);
}

namespace {

// A sequence of symbols (node, multiplicity) under one merge: what docs/internals/cpe.md defines.
std::vector<ChildRun> merge_runs(const std::vector<ChildRun>& in, NodeIndex left, NodeIndex right,
                                 NodeIndex whole) {
  std::vector<ChildRun> out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const ChildRun run = in[i];
    if (left == right && run.node == left) {
      if (run.multiplicity >= 2) text::append_run(out, whole, run.multiplicity / 2);
      if (run.multiplicity % 2 == 1) text::append_run(out, left);
      continue;
    }
    const bool meets = run.node == left && i + 1 < in.size() && in[i + 1].node == right;
    // The neighbour's first symbol may have gone to a merge before this one.
    const bool was_met = run.node == right && i > 0 && in[i - 1].node == left;
    const std::uint32_t own = run.multiplicity - (meets ? 1 : 0) - (was_met ? 1 : 0);
    if (own > 0) text::append_run(out, run.node, own);
    if (meets) text::append_run(out, whole);
  }
  return out;
}

std::vector<NodeIndex> merge_expanded(const std::vector<NodeIndex>& in, NodeIndex left,
                                      NodeIndex right, NodeIndex whole) {
  std::vector<NodeIndex> out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const bool meets = in[i] == left && i + 1 < in.size() && in[i + 1] == right;
    out.push_back(meets ? whole : in[i]);
    i += meets ? 1 : 0;
  }
  return out;
}

std::vector<ChildRun> runs_of(const std::vector<NodeIndex>& expanded) {
  std::vector<ChildRun> runs;
  for (const NodeIndex node : expanded) text::append_run(runs, node);
  return runs;
}

}  // namespace

TEST_CASE(
    "runs and merges compose: merging runs is merging what they stand for, and loses nothing") {
  std::mt19937 random(20261121);
  for (int round = 0; round < 400; ++round) {
    AtomGraph graph;
    std::vector<NodeIndex> expanded;
    std::string text;
    const char32_t alphabet[] = {U'a', U'b', U'\u00e9', U'\u4e2d'};
    while (expanded.size() < 200) {
      const char32_t c = alphabet[random() % 4];
      for (unsigned times = random() % 3 == 0 ? 1 + random() % 20 : 1; times > 0; --times) {
        expanded.push_back(graph.codepoint(c));
        utf8::append(text, c);
      }
    }
    std::vector<ChildRun> runs = runs_of(expanded);
    for (int merge = 0; merge < 12 && expanded.size() > 1; ++merge) {
      const std::size_t at = random() % (expanded.size() - 1);
      const NodeIndex left = expanded[at], right = expanded[at + 1];
      std::vector<ChildRun> pair;
      text::append_run(pair, left);
      text::append_run(pair, right);
      const NodeIndex whole = graph.composition(pair);
      expanded = merge_expanded(expanded, left, right, whole);
      runs = merge_runs(runs, left, right, whole);
      REQUIRE(runs == runs_of(expanded));
    }
    REQUIRE(bytes_of(graph, text::compose(graph, runs)) == text);
  }
}

TEST_CASE("texts with runs survive words made of tokens") {
  VocabularyContent content = vocabulary_of(
      {"a", "b", "c", "\u00e9"}, {{0, 0}, {4, 4}, {0, 1}, {1, 1}, {7, 2}, {3, 3}, {5, 6}}, false);
  auto encoder = TextEncoder::open(content, checkpoint);
  REQUIRE(encoder.is_ok());
  Made made(content);
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string word;
    for (int piece = 0; piece < 20; ++piece) {
      const char32_t c = std::u32string_view(U"abc\u00e9d\U0001F642")[random() % 6];
      for (unsigned times = random() % 4 == 0 ? random() % 30 : 1; times > 0; --times) {
        utf8::append(word, c);
      }
    }
    std::vector<TokenId> tokens;
    REQUIRE(encoder.value().encode(word, tokens, checkpoint).is_ok());
    std::vector<ChildRun> runs;
    std::string decoded;
    for (const TokenId token : tokens) {
      text::append_run(runs, token < kPassThrough ? made.atoms.atom(token)
                                                  : made.graph.codepoint(token & ~kPassThrough));
      REQUIRE(append_token(content, token, decoded).is_ok());
    }
    CHECK(decoded == word);
    CHECK(bytes_of(made.graph, text::compose(made.graph, runs)) == word);
  }
}
