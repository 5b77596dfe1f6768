// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <map>
#include <random>

#include "core/base/utf8.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/document_diff.hpp"
#include "core/text/sequence_diff.hpp"
#include "core/text/shared_subtrees.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::text;

namespace {

NodeIndex build(AtomGraph& graph, std::string_view text) {
  NoCheckpoint checkpoint;
  auto builder = DocumentBuilder::open(graph);
  REQUIRE(builder.is_ok());
  REQUIRE(builder.value().append(text, checkpoint).is_ok());
  return builder.value().finish();
}

struct Pair {
  AtomGraph graph;
  NodeIndex a, b;
  TreeIndex index;

  Pair(std::string_view text_a, std::string_view text_b)
      : a(build(graph, text_a)), b(build(graph, text_b)) {
    NoCheckpoint checkpoint;
    const NodeIndex roots[] = {a, b};
    auto built = TreeIndex::build(graph.view(), roots, checkpoint);
    REQUIRE(built.is_ok());
    index = std::move(built).value();
  }
  std::vector<Change> diff() const {
    NoCheckpoint checkpoint;
    return diff_trees(graph.view(), index, a, b, checkpoint);
  }
  std::string text(NodeIndex node) const {
    std::string out;
    append_text(graph.view(), index, {node, 1}, out);
    return out;
  }
};

std::size_t byte_at(std::string_view text, std::uint64_t character) {
  std::size_t at = 0;
  while (character-- > 0) at += utf8::decode(text.substr(at)).length;
  return at;
}

std::string patched(std::string_view a, const std::vector<Change>& changes) {
  std::string made;
  std::size_t done = 0;
  for (const Change& change : changes) {
    const std::size_t at = byte_at(a, change.a_offset);
    REQUIRE(at >= done);
    made += a.substr(done, at - done);
    REQUIRE(utf8::count(made) == change.b_offset);
    REQUIRE(a.substr(at, change.deleted.size()) == change.deleted);
    made += change.inserted;
    done = at + change.deleted.size();
  }
  return made + std::string(a.substr(done));
}

// The weight of the heaviest common subsequence.
std::uint64_t heaviest(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b,
                       std::span<const std::uint64_t> weights) {
  std::vector<std::uint64_t> row(b.size() + 1);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::uint64_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::uint64_t above = row[j + 1];
      row[j + 1] = a[i] == b[j] ? diagonal + weights[i] : std::max(row[j], above);
      diagonal = above;
    }
  }
  return row.back();
}

std::string random_words(std::mt19937& random, std::size_t count) {
  static constexpr const char* kWords[] = {"the ", "cat ",   "sat. ", "On ", "\n\n", "mat",
                                           "é",    "\u4e2d", "a",     "aa",  "🙂", "! "};
  std::string text;
  while (count-- > 0) text += kWords[random() % std::size(kWords)];
  return text;
}

// A few words put in, taken out or moved.
std::string edited(std::mt19937& random, std::string text) {
  for (unsigned edits = random() % 4; edits > 0; --edits) {
    const auto place = [&] { return byte_at(text, random() % (utf8::count(text) + 1)); };
    std::size_t from = place(), to = place();
    if (from > to) std::swap(from, to);
    const std::string piece = text.substr(from, to - from);
    switch (random() % 3) {
      case 0:
        text.insert(from, random_words(random, random() % 5));
        break;
      case 1:
        text.erase(from, piece.size());
        break;
      default:
        text.erase(from, piece.size());
        text.insert(place(), piece);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the changes between two documents make the second of the first") {
  std::mt19937 random(11);
  for (int i = 0; i < 1500; ++i) {
    const std::string a = random_words(random, random() % 300);
    const std::string b = i % 3 == 0 ? random_words(random, random() % 300) : edited(random, a);
    const Pair pair(a, b);
    INFO("pair " << i);
    const auto changes = pair.diff();
    REQUIRE(patched(a, changes) == b);
    for (const Change& change : changes) {
      REQUIRE_FALSE((change.deleted.empty() && change.inserted.empty()));
    }
    REQUIRE((a == b) == changes.empty());
  }
}

TEST_CASE("what differs is found in a long document, and nothing else is") {
  std::mt19937 random(12);
  std::string a;
  for (int i = 0; i < 60000; ++i) {
    a.append("w").append(std::to_string(random() % 3000)).append(i % 17 == 16 ? ".\n" : " ");
    if (i % 400 == 399) a += "\n";
  }
  std::string b = a;
  const std::size_t last = b.find(' ', 250000), first = b.find(' ', 100000);
  b.insert(last, " inserted");
  b.erase(first, b.find(' ', first + 1) - first);
  const auto changes = Pair(a, b).diff();
  CHECK(patched(a, changes) == b);
  CHECK(changes.size() == 2);
  std::size_t size = 0;
  for (const Change& change : changes) size += change.deleted.size() + change.inserted.size();
  CHECK(size < 20);
}

TEST_CASE("short sequences match as heavily as they can, long ones where elements are unique") {
  NoCheckpoint checkpoint;
  std::mt19937 random(13);
  for (int i = 0; i < 3000; ++i) {
    std::vector<std::uint64_t> a(random() % 40), b(random() % 40);
    const unsigned letters = 1 + random() % 30;
    for (auto& x : a) x = random() % letters;
    for (auto& x : b) x = random() % letters;
    std::size_t a_done = 0, b_done = 0;
    std::vector<std::uint64_t> weights;
    for (const std::uint64_t x : a) weights.push_back(x % 5 + 1);
    std::uint64_t weight = 0;
    for (const MatchingStretch& same : match_sequences(a, b, weights, checkpoint)) {
      REQUIRE(same.length > 0);
      REQUIRE(same.a_begin >= a_done);
      REQUIRE(same.b_begin >= b_done);
      a_done = same.a_begin + same.length;
      b_done = same.b_begin + same.length;
      REQUIRE(a_done <= a.size());
      REQUIRE(b_done <= b.size());
      for (std::size_t k = 0; k < same.length; ++k) {
        REQUIRE(a[same.a_begin + k] == b[same.b_begin + k]);
        weight += weights[same.a_begin + k];
      }
    }
    REQUIRE(weight == heaviest(a, b, weights));
  }
  const std::vector<std::uint64_t> a = {1, 2, 3, 4, 5, 6}, b = {1, 3, 9, 5, 6};
  CHECK(match_sequences(a, b, std::vector<std::uint64_t>(6, 1), checkpoint) ==
        std::vector<MatchingStretch>{{0, 0, 1}, {2, 1, 1}, {4, 3, 2}});
  // Too long for a table: split where elements are unique, else given up quickly.
  std::vector<std::uint64_t> large(200000), other(200000), ones(200000, 1);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = i % 7, other[i] = i % 5 + 10;
  CHECK(match_sequences(large, other, ones, checkpoint).empty());
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = other[i] = i;
  std::rotate(other.begin() + 1000, other.begin() + 1001, other.begin() + 150000);
  CHECK(match_sequences(large, other, ones, checkpoint) ==
        std::vector<MatchingStretch>{{0, 0, 1000}, {1001, 1000, 148999}, {150000, 150000, 50000}});
}

TEST_CASE("shared subtrees are the largest, with all their occurrences") {
  std::mt19937 random(14);
  for (int i = 0; i < 200; ++i) {
    const std::string a = random_words(random, random() % 200), b = edited(random, a);
    const Pair pair(a, b);
    // Every place of every node, from which the truth is read off.
    std::map<NodeIndex, std::uint64_t> in_a, in_b;
    const auto count = [&](NodeIndex root, auto& places) {
      std::vector<NodeIndex> open{root};
      while (!open.empty()) {
        const NodeIndex node = open.back();
        open.pop_back();
        ++places[node];
        for (const ChildRun& run : pair.graph.children(node)) {
          open.insert(open.end(), run.multiplicity, run.node);
        }
      }
    };
    count(pair.a, in_a);
    count(pair.b, in_b);
    const auto shared = shared_subtrees(pair.graph.view(), pair.index, pair.a, pair.b, 2);
    std::uint64_t last = ~std::uint64_t{0};
    for (const SharedSubtree& s : shared) {
      REQUIRE(s.occurrences_a == in_a[s.node]);
      REQUIRE(s.occurrences_b == in_b[s.node]);
      REQUIRE((s.occurrences_a > 0 && s.occurrences_b > 0));
      REQUIRE(pair.index.bytes[s.node] <= last);
      last = pair.index.bytes[s.node];
      REQUIRE(last >= 2);
      REQUIRE(pair.text(s.node).size() == last);
    }
    if (a == b && a.size() > 1) REQUIRE((shared.size() == 1 && shared[0].node == pair.a));
  }
}

TEST_CASE("a walk over a tree gives each place with its path and offset") {
  const Pair pair("One two. Two two two.\n\naaab", "");
  std::string leaves;
  std::size_t rows = 0;
  const std::string whole = pair.text(pair.a);
  walk_tree(pair.graph.view(), pair.index, pair.a, 100, [&](const TreePlace& place) {
    const std::string text = pair.text(place.run.node);
    CHECK(whole.substr(static_cast<std::size_t>(place.offset), text.size()) == text);
    CHECK((place.path.empty() == (rows++ == 0)));
    if (!pair.graph.shape(place.run.node).is_composition()) {
      for (unsigned k = 0; k < place.run.multiplicity; ++k) leaves += text;
    }
  });
  CHECK(leaves == whole);
  rows = 0;
  walk_tree(pair.graph.view(), pair.index, pair.a, 0, [&](const TreePlace&) { ++rows; });
  CHECK(rows == 1);
}

TEST_CASE("stored trees that lie are refused") {
  NoCheckpoint checkpoint;
  const NodeIndex root = 0;
  const std::vector<NodeShape> cycle = {{0, 1}, {1, 1}};
  const std::vector<ChildRun> runs = {{1, 1}, {0, 1}};
  CHECK(TreeIndex::build({cycle, runs}, {&root, 1}, checkpoint).status().code() == Code::kCorrupt);
  const std::vector<NodeShape> bomb = {{0, 1}, {1, 1}, {0, 0, U'a'}};
  const std::vector<ChildRun> much = {{1, 0x7fffffff}, {2, 0x7fffffff}};
  CHECK(TreeIndex::build({bomb, much}, {&root, 1}, checkpoint).status().code() ==
        Code::kLimitExceeded);
}
