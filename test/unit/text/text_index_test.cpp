// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>

#include "core/base/utf8.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/inversion.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::text;

namespace {

// An index over a graph in memory, its atoms numbered from 1 in the graph's order.
class Index final : public ClimbSource {
 public:
  explicit Index(const AtomGraph& graph) : graph_(graph) {
    std::vector<std::int64_t> ids(graph.size());
    for (NodeIndex node = 0; node < graph.size(); ++node) ids[node] = node + 1;
    NoCheckpoint checkpoint;
    auto inverted =
        invert(graph.view(), ids, std::vector<bool>(graph.size(), true), 200, checkpoint);
    REQUIRE(inverted.is_ok());
    inversion_ = std::move(inverted).value();
  }

  const AtomContent* content(std::int64_t atom) override {
    const auto node = static_cast<NodeIndex>(atom - 1);
    AtomContent& content = contents_[atom];
    content = {};
    content.is_constant = !graph_.shape(node).is_composition();
    if (content.is_constant) utf8::append(content.bytes, graph_.shape(node).codepoint);
    for (const ChildRun& run : graph_.children(node)) {
      content.children.push_back({run.node + 1, run.multiplicity});
    }
    return &content;
  }

  std::vector<References> references(std::span<const std::int64_t> atoms) override {
    std::vector<References> found;
    for (const Inversion::Entry& entry : inversion_.entries) {
      if (!std::ranges::binary_search(atoms, entry.child + 1)) continue;
      found.push_back({entry.child + 1, inversion_.lengths[entry.child], {}});
      REQUIRE(read_postings(entry.postings, found.back().postings).is_ok());
    }
    return found;
  }

  // Offsets in `root`, from each pivot in turn; they must all say the same.
  std::vector<std::uint64_t> find(NodeIndex root, std::string_view phrase) {
    std::vector<std::uint64_t> first;
    const auto places = pivots(phrase, "aaab", 100);
    REQUIRE_FALSE(places.empty());
    for (const std::size_t pivot : places) {
      std::vector<std::uint64_t> offsets = find(root, phrase, pivot);
      if (pivot == places[0]) first = offsets;
      CHECK(offsets == first);
    }
    return first;
  }

 private:
  std::vector<std::uint64_t> find(NodeIndex root, std::string_view phrase, std::size_t pivot) {
    std::vector<PhrasePiece> pieces;
    for (const WordChunk& chunk : inversion_.words) {
      REQUIRE(
          find_pieces(chunk.spellings, chunk.starts, chunk.atoms, phrase, pivot, pieces).is_ok());
    }
    const utf8::Decoded decoded = utf8::decode(phrase.substr(pivot));
    for (NodeIndex node = 0; node < graph_.size(); ++node) {
      if (graph_.shape(node).codepoint != decoded.codepoint) continue;
      pieces.push_back({node + 1, pivot, pivot + decoded.length, 0});
    }
    std::vector<Occurrence> occurrences;
    NoCheckpoint checkpoint;
    const auto done = climb(phrase, pieces, 1 << 30, *this, checkpoint, occurrences);
    REQUIRE(done.is_ok());
    CHECK(done.value());
    std::vector<std::uint64_t> offsets;
    for (const Occurrence& occurrence : occurrences) {
      if (occurrence.atom == root + 1) offsets.push_back(occurrence.offset);
    }
    std::ranges::sort(offsets);
    return offsets;
  }

  const AtomGraph& graph_;
  Inversion inversion_;
  std::map<std::int64_t, AtomContent> contents_;
};

std::vector<std::uint64_t> naive(std::string_view text, std::string_view phrase) {
  std::vector<std::uint64_t> offsets;
  for (std::size_t at = text.find(phrase); at != text.npos; at = text.find(phrase, at + 1)) {
    offsets.push_back(at);
  }
  return offsets;
}

NodeIndex build(AtomGraph& graph, std::string_view text) {
  NoCheckpoint checkpoint;
  auto builder = DocumentBuilder::open(graph);
  REQUIRE(builder.is_ok());
  REQUIRE(builder.value().append(text, checkpoint).is_ok());
  return builder.value().finish();
}

bool is_boundary(std::string_view text, std::size_t at) {
  return at == text.size() || (text[at] & 0xc0) != 0x80;
}

std::string random_text(std::mt19937& random, std::size_t pieces) {
  static const std::vector<std::string> kPieces = {"a",   "aa",   "b",  "ab ",   " ",
                                                   "aab", ". B",  "\n", "\n\n",  "é",
                                                   "中",  "🙂", "I ", "Aa. B", "abab"};
  std::string text;
  for (std::size_t i = 0; i < pieces; ++i) {
    const std::string& piece = kPieces[random() % kPieces.size()];
    for (std::size_t times = random() % 8 == 0 ? random() % 30 : 1; times > 0; --times) {
      text += piece;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the index finds what a naive search finds, from every pivot", "[text]") {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    AtomGraph graph;
    const std::string text = random_text(random, 1 + random() % (round % 6 == 0 ? 900 : 90));
    const std::string other = random_text(random, 1 + random() % 20);
    const NodeIndex root = build(graph, text), second = build(graph, other);
    Index index(graph);
    for (int k = 0; k < 12; ++k) {
      std::string phrase = random_text(random, 1 + random() % 3);
      std::size_t begin = random() % (text.size() + 1), end = begin + 1 + random() % 20;
      if (k % 2 == 0 && end <= text.size() && is_boundary(text, begin) && is_boundary(text, end)) {
        phrase = text.substr(begin, end - begin);
      }
      if (pivots(phrase, "", 1).empty()) continue;
      INFO("text " << text << "\nphrase " << phrase);
      CHECK(index.find(root, phrase) == naive(text, phrase));
      CHECK(index.find(second, phrase) == naive(other, phrase));
    }
  }
}

TEST_CASE("a search that costs more than its budget gives up", "[text]") {
  AtomGraph graph;
  std::string text;
  for (int i = 0; i < 500; ++i) text += "one w" + std::to_string(i) + " ";
  build(graph, text);
  Index index(graph);
  const auto word = [&](std::string_view spelling) {
    return build(graph, spelling) + 1;  // stored already
  };
  const std::vector<PhrasePiece> pieces{{word("one"), 0, 3, 0}};
  NoCheckpoint checkpoint;
  std::vector<Occurrence> occurrences;
  CHECK_FALSE(climb("one", pieces, 100, index, checkpoint, occurrences).value());
  occurrences.clear();
  CHECK(climb("one", pieces, 100'000, index, checkpoint, occurrences).value());
  CHECK(occurrences.size() > 500);
}

TEST_CASE("postings come back as they went in", "[text]") {
  const std::vector<Posting> postings{{1, 0, 1, 0, ' '},
                                      {1, 5, 3, 'x', 0},
                                      {2, 0, 1, '\xe9', '\xff'},
                                      {900, 1ULL << 40, 0x7fffffff},
                                      {1LL << 50, 7, 1}};
  PostingWriter writer;
  for (const Posting& posting : postings) writer.add(posting);
  const std::string bytes = writer.take();
  std::vector<Posting> again;
  REQUIRE(read_postings(bytes, again).is_ok());
  CHECK(again == postings);
}

TEST_CASE("malformed postings are refused", "[text]") {
  std::vector<Posting> out;
  const auto code = [&](std::string_view bytes) { return read_postings(bytes, out).code(); };
  CHECK(code({"\x01\x00", 2}) == Code::kCorrupt);
  CHECK(code({"\x01\x00\x00  ", 5}) == Code::kCorrupt);
  CHECK(code({"\x01\x00\x01 ", 4}) == Code::kCorrupt);
  CHECK(code("\x81") == Code::kCorrupt);
  CHECK(code(std::string(12, '\xff')) == Code::kCorrupt);
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 30, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    out.clear();
    (void)read_postings(bytes, out);
  }
}

TEST_CASE("pivots are in words, the longest first", "[text]") {
  CHECK(pivots("  . ", "", 5).empty());
  CHECK(pivots("the beginning", "eeinnb", 2) == std::vector<std::size_t>{6, 0});
  CHECK(pivots("中 文", "", 5) == std::vector<std::size_t>{0, 4});
}
