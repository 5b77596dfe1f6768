// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <random>
#include <set>
#include <string>

#include "core/base/utf8.hpp"
#include "core/text/content_split.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/expansion.hpp"
#include "core/text/part_splitter.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::text;

namespace {

struct Document {
  AtomGraph graph;
  NodeIndex root;
};

Document build(std::string_view text) {
  Document document;
  NoCheckpoint checkpoint;
  auto builder = DocumentBuilder::open(document.graph);
  REQUIRE(builder.is_ok());
  const Status status = builder.value().append(text, checkpoint);
  INFO(status.detail());
  REQUIRE(status.is_ok());
  document.root = builder.value().finish();
  return document;
}

std::string text_of(const AtomGraph& graph, NodeIndex node) {
  NoCheckpoint checkpoint;
  const auto length = expanded_length(graph.view(), node, 1 << 30, checkpoint);
  REQUIRE(length.is_ok());
  std::string out(length.value(), '\0');
  REQUIRE(expand(graph.view(), node, out, checkpoint).is_ok());
  return out;
}

void check_canonical(const AtomGraph& graph) {
  std::set<hash::ContentHash> seen;
  for (NodeIndex i = 0; i < graph.size(); ++i) {
    CHECK(seen.insert(graph.hash(i)).second);
    const auto children = graph.children(i);
    if (!graph.shape(i).is_composition()) continue;
    REQUIRE(children.size() <= 1024);
    CHECK_FALSE((children.size() == 1 && children[0].multiplicity == 1));
    for (std::size_t k = 0; k < children.size(); ++k) {
      REQUIRE(children[k].node < i);
      REQUIRE(children[k].multiplicity >= 1);
      if (k > 0) REQUIRE(children[k].node != children[k - 1].node);
    }
  }
}

void check_round_trip(std::string_view text) {
  const Document document = build(text);
  check_canonical(document.graph);
  REQUIRE((text_of(document.graph, document.root) == text));
}

std::string random_text(std::mt19937& random, std::size_t codepoints) {
  static constexpr char32_t kPools[][2] = {
      {0x20, 0x7e},       {0x0a, 0x0d},       {0x61, 0x7a},     {0xa0, 0x24f},
      {0x300, 0x36f},     {0x590, 0x6ff},     {0x900, 0x97f},   {0xe00, 0xe7f},
      {0x1100, 0x11ff},   {0x2000, 0x206f},   {0x3040, 0x30ff}, {0x4e00, 0x9fff},
      {0xac00, 0xd7a3},   {0xfe00, 0xfe0f},   {0xfff0, 0xffff}, {0x1f1e6, 0x1f1ff},
      {0x1f300, 0x1f64f}, {0xe0000, 0xe007f}, {0, 0x10ffff},
  };
  std::string text;
  while (codepoints-- > 0) {
    const auto& pool = kPools[random() % std::size(kPools)];
    char32_t c = pool[0] + random() % (pool[1] - pool[0] + 1);
    if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
    for (unsigned times = random() % 8 == 0 ? 1 + random() % 5 : 1; times > 0; --times) {
      utf8::append(text, c);
    }
  }
  return text;
}

// A book of `lines` lines with a natural skew of words.
std::string book(std::size_t lines) {
  std::mt19937 random(7);
  std::vector<std::string> words;
  for (int i = 0; i < 8000; ++i) {
    std::string word;
    for (unsigned n = 1 + random() % 9; n > 0; --n) word += static_cast<char>('a' + random() % 26);
    words.push_back(word);
  }
  std::string text;
  for (std::size_t line = 0; line < lines; ++line) {
    for (unsigned n = 5 + random() % 30; n > 0; --n) {
      const double u = static_cast<double>(random()) / 4294967296.0;
      text += words[static_cast<std::size_t>(u * u * u * 8000)];
      text += n % 11 == 0 ? ", " : n == 1 ? "." : " ";
    }
    text += line % 40 == 39 ? "\n\n" : "\n";
  }
  return text;
}

std::size_t added_by(const Document& before, const Document& after) {
  std::set<hash::ContentHash> known;
  for (NodeIndex i = 0; i < before.graph.size(); ++i) known.insert(before.graph.hash(i));
  std::size_t added = 0;
  for (NodeIndex i = 0; i < after.graph.size(); ++i) added += !known.contains(after.graph.hash(i));
  return added;
}

}  // namespace

TEST_CASE("edge forms of text round-trip and have their documented shape") {
  const Document empty = build("");
  CHECK(text_of(empty.graph, empty.root).empty());
  CHECK(empty.graph.shape(empty.root).is_composition());
  CHECK(empty.graph.hash(empty.root) == hash::composition_hash({}));

  const Document letter = build("a");
  CHECK(letter.graph.shape(letter.root).codepoint == U'a');

  const Document run = build("aaaa");
  const auto children = run.graph.children(run.root);
  REQUIRE(children.size() == 1);
  CHECK(children[0].multiplicity == 4);

  for (const char* text : {" ",
                           "  ",
                           "\t",
                           "\n",
                           "\r",
                           "\r\n",
                           "\n\r",
                           "\n\n",
                           "\r\n\r\n",
                           "\r\r",
                           "a\n",
                           "\na",
                           "a\n\nb",
                           "a\r\n\r\nb",
                           "a \n \n b",
                           "a b",
                           "a. B",
                           "A.B",
                           "1.5 2",
                           "don't",
                           "\xef\xbb\xbf"
                           "bom",
                           "e\xcc\x81",
                           "\xc3\xa9",
                           "\xe0\xb8\x81\xe0\xb8\xb2",
                           "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97",
                           "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
                           "\xc2\x85",
                           "\xe2\x80\xa8\xe2\x80\xa9",
                           "\xef\xbf\xbf"}) {
    check_round_trip(text);
  }
}

TEST_CASE("a word is the same atom wherever it stands") {
  const Document one = build("the");
  const Document many = build("Over the hill.\n\nFar from the sea.");
  bool found = false;
  for (NodeIndex i = 0; i < many.graph.size(); ++i) {
    found |= many.graph.hash(i) == one.graph.hash(one.root);
  }
  CHECK(found);
}

TEST_CASE("every scalar value round-trips, alone and all together") {
  std::string all;
  for (char32_t c = 0; c <= utf8::kMaxCodepoint; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    utf8::append(all, c);
  }
  const Document document = build(all);
  CHECK(text_of(document.graph, document.root) == all);
}

TEST_CASE("random Unicode text round-trips in canonical form") {
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) check_round_trip(random_text(random, random() % 400));
  check_round_trip(random_text(random, 60000));
}

TEST_CASE("ten million bytes without a space round-trip with bounded fan-out") {
  std::string text = std::string(10'000'000, 'a');
  CHECK(build(text).graph.size() < 20);
  check_round_trip(text);
  std::mt19937 random(3);
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  const Document document = build(text);
  CHECK((text_of(document.graph, document.root) == text));
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = "xyz"[i % 3];
  CHECK(build(text).graph.size() < 2000);
  check_round_trip(text);
}

TEST_CASE("one edited character of a five-megabyte book adds at most twenty atoms") {
  const std::string text = book(45000);
  REQUIRE(text.size() > 4'500'000);
  const Document before = build(text);
  std::mt19937 random(5);
  for (int i = 0; i < 6; ++i) {
    std::string edited = text;
    const std::size_t at = random() % text.size();
    if (i % 3 == 0) edited[at] = edited[at] == 'q' ? 'z' : 'q';
    if (i % 3 == 1) edited.insert(at, 1, 'q');
    if (i % 3 == 2) edited.erase(at, 1);
    const Document after = build(edited);
    INFO("edit " << i << " at " << at);
    CHECK(added_by(before, after) <= 20);
  }
}

TEST_CASE("a part ends after a blank line and never exceeds its limit") {
  CHECK(first_part("") == 0);
  CHECK(first_part("a\nb\n\nc") == 5);
  CHECK(first_part("a\r\nb\r\n\r\n\r\nc") == 10);
  CHECK(first_part("\n\n\nx") == 3);
  CHECK(first_part("one line\n") == 9);
  std::mt19937 random(9);
  std::string text = random_text(random, 300000);
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t length = first_part(rest);
    REQUIRE(length > 0);
    REQUIRE(length <= kMaxPart);
    REQUIRE(utf8::first_invalid(rest.substr(0, length)) == length);
    rest.remove_prefix(length);
  }
}

TEST_CASE("invalid UTF-8 is refused with its offset") {
  AtomGraph graph;
  NoCheckpoint checkpoint;
  auto builder = DocumentBuilder::open(graph);
  REQUIRE(builder.is_ok());
  const Status status = builder.value().append("abc\xed\xa0\x80", checkpoint);
  CHECK(status.code() == Code::kBadEncoding);
  CHECK(status.detail() == "The bytes \"\\xed\\xa0\\x80\" at offset 3 do not form a character.");
  std::string large(3 << 20, 'a');
  for (std::size_t i = (1 << 20) - 2; i + 3 < large.size(); i += (1 << 20) - 1) {
    large.replace(i, 3, "\xe4\xb8\xad");
  }
  CHECK(check_utf8(large, checkpoint).is_ok());
  large.back() = '\xe4';
  CHECK(check_utf8(large, checkpoint).code() == Code::kBadEncoding);
}

TEST_CASE("an atom carries its text unless that is long") {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "Sentence " + std::to_string(i * i % 1999) + " ends. ";
  text +=
      "\n\n" + std::string(kMostCarriedText, 'x') + " " + std::string(kMostCarriedText + 1, 'y');
  const Document document = build(text);
  std::size_t carried = 0, long_ones = 0;
  for (NodeIndex i = 0; i < document.graph.size(); ++i) {
    const std::string expected = text_of(document.graph, i);
    const auto found = document.graph.text(i);
    if (expected.size() <= kMostCarriedText) {
      REQUIRE(found);
      REQUIRE(*found == expected);
      ++carried;
    } else {
      REQUIRE_FALSE(found);
      ++long_ones;
    }
  }
  CHECK(carried > 2000);
  CHECK(long_ones >= 3);
}

TEST_CASE("several documents share a graph and are expanded each to its own end") {
  AtomGraph graph;
  NoCheckpoint checkpoint;
  auto builder = DocumentBuilder::open(graph);
  REQUIRE(builder.is_ok());
  const std::vector<std::string> texts = {"", "a",  "The same. Other words.", "a", "The same. ",
                                          "", "a b"};
  std::vector<NodeIndex> roots;
  std::vector<std::uint64_t> ends;
  std::string all;
  for (const std::string& text : texts) {
    REQUIRE(builder.value().append(text, checkpoint).is_ok());
    roots.push_back(builder.value().finish());
    CHECK(graph.hash(roots.back()) == build(text).graph.hash(build(text).root));
    ends.push_back((all += text).size());
  }
  std::string out(all.size(), '\0');
  REQUIRE(expand_each(graph.view(), roots, ends, out, checkpoint).is_ok());
  CHECK(out == all);
  ends[1] += 1;
  CHECK(expand_each(graph.view(), roots, ends, out, checkpoint).code() == Code::kCorrupt);
  ends[1] -= 2;
  CHECK(expand_each(graph.view(), roots, ends, out, checkpoint).code() == Code::kCorrupt);
}

TEST_CASE("a document put together from parts stored elsewhere is the same document") {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "Part " + std::to_string(i % 700 / 2) + ".\n\n";
  const Document whole = build(text);
  AtomGraph lower, upper;
  NoCheckpoint checkpoint;
  auto builder = DocumentBuilder::open(lower);
  REQUIRE(builder.is_ok());
  REQUIRE(builder.value().append(text, checkpoint).is_ok());
  std::vector<ChildRun> runs;
  std::string_view rest = text;
  for (const PartRun& part : builder.value().take_parts()) {
    const auto [node, times] = part.run;
    append_run(runs, upper.stored(lower.hash(node), lower.point(node), rest.substr(0, part.length)),
               times);
    rest.remove_prefix(part.length * times);
  }
  CHECK(rest.empty());
  const NodeIndex root = compose(upper, runs);
  CHECK(upper.hash(root) == whole.graph.hash(whole.root));
  CHECK(upper.point(root) == whole.graph.point(whole.root));
  CHECK(upper.text(root) == whole.graph.text(whole.root));
}

TEST_CASE("stored shapes that lie are refused") {
  NoCheckpoint checkpoint;
  const std::vector<NodeShape> cycle = {{0, 1}, {1, 1}};
  const std::vector<ChildRun> runs = {{1, 1}, {0, 1}};
  CHECK(expanded_length({cycle, runs}, 0, 1000, checkpoint).status().code() == Code::kCorrupt);

  const std::vector<NodeShape> bomb = {{0, 1}, {1, 1}, {0, 0, U'a'}};
  const std::vector<ChildRun> much = {{1, 0x7fffffff}, {2, 0x7fffffff}};
  CHECK(expanded_length({bomb, much}, 0, 1 << 30, checkpoint).status().code() ==
        Code::kLimitExceeded);
  std::string out(100, '\0');
  CHECK(expand({bomb, much}, 0, out, checkpoint).code() == Code::kCorrupt);
  const std::vector<ChildRun> few = {{1, 3}, {2, 5}};
  CHECK(expand({bomb, few}, 0, out, checkpoint).code() == Code::kCorrupt);
  out.resize(15);
  CHECK(expand({bomb, few}, 0, out, checkpoint).is_ok());
}
