// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Texts come back byte for byte, or are refused: a million random ones, and the sets of bytes that
// tend to break such things.
#include <catch2/catch.hpp>

#include <random>

#include "core/base/utf8.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/expansion.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::text;

namespace {

// Whether all of them come back from one graph.
bool come_back(const std::vector<std::string>& texts) {
  NoCheckpoint checkpoint;
  AtomGraph graph;
  auto builder = DocumentBuilder::open(graph);
  REQUIRE(builder.is_ok());
  std::vector<NodeIndex> roots;
  std::vector<std::uint64_t> ends;
  std::string all;
  for (const std::string& text : texts) {
    if (!builder.value().append(text, checkpoint).is_ok()) return false;
    roots.push_back(builder.value().finish());
    all += text;
    ends.push_back(all.size());
  }
  std::string again(all.size(), '\0');
  return expand_each(graph.view(), roots, ends, again, checkpoint).is_ok() && again == all;
}

bool is_accepted(std::string_view bytes) {
  NoCheckpoint checkpoint;
  AtomGraph graph;
  auto builder = DocumentBuilder::open(graph);
  REQUIRE(builder.is_ok());
  const Status status = builder.value().append(bytes, checkpoint);
  CHECK((status.is_ok() || status.code() == Code::kBadEncoding));
  return status.is_ok();
}

// What is UTF-8, said in another way than core says it: RFC 3629, section 4.
bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t at = 0; at < text.size();) {
    const unsigned lead = byte(at);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || at + length > text.size()) return false;
    for (std::size_t i = 1; i < length; ++i) {
      unsigned low = 0x80, high = 0xbf;
      if (i == 1 && lead == 0xe0) low = 0xa0;
      if (i == 1 && lead == 0xed) high = 0x9f;
      if (i == 1 && lead == 0xf0) low = 0x90;
      if (i == 1 && lead == 0xf4) high = 0x8f;
      if (byte(at + i) < low || byte(at + i) > high) return false;
    }
    at += length;
  }
  return true;
}

char32_t random_codepoint(std::mt19937& random) {
  static constexpr char32_t kPools[][2] = {
      {0x20, 0x7e},       {0x09, 0x0d},       {0x61, 0x7a},     {0xa0, 0x24f},
      {0x300, 0x36f},     {0x590, 0x6ff},     {0x900, 0x97f},   {0xe00, 0xe7f},
      {0x1100, 0x11ff},   {0x2000, 0x206f},   {0x3040, 0x30ff}, {0x4e00, 0x4fff},
      {0xac00, 0xacff},   {0xfe00, 0xfeff},   {0xfff0, 0xffff}, {0x1f1e6, 0x1f1ff},
      {0x1f300, 0x1f64f}, {0xe0000, 0xe007f}, {0, 0x10ffff},
  };
  const auto& pool = kPools[random() % std::size(kPools)];
  const char32_t c = pool[0] + static_cast<char32_t>(random()) % (pool[1] - pool[0] + 1);
  return c >= 0xd800 && c < 0xe000 ? U'.' : c;
}

}  // namespace

TEST_CASE("a million random texts come back") {
  std::mt19937 random(1'000'000);
  std::vector<std::string> texts(500);
  for (int batch = 0; batch < 2000; ++batch) {
    for (std::string& text : texts) {
      text.clear();
      for (unsigned n = random() % 12; n > 0; --n) {
        const char32_t c = random_codepoint(random);
        for (unsigned k = random() % 8 == 0 ? random() % 4 : 1; k > 0; --k) utf8::append(text, c);
      }
    }
    INFO("batch " << batch);
    REQUIRE(come_back(texts));
  }
}

TEST_CASE(
    "every byte, every pair of bytes and random bytes come back or are refused as not UTF-8") {
  std::vector<std::string> valid = {""};
  for (unsigned a = 0; a < 256; ++a) {
    const std::string one(1, static_cast<char>(a));
    REQUIRE(is_utf8(one) == (utf8::first_invalid(one) == 1));
    if (is_utf8(one)) valid.push_back(one);
    for (unsigned b = 0; b < 256; ++b) {
      const std::string two = one + static_cast<char>(b);
      REQUIRE(is_utf8(two) == (utf8::first_invalid(two) == 2));
      if (is_utf8(two)) valid.push_back(two);
    }
  }
  CHECK(valid.size() == 1 + 128 + 128 * 128 + 30 * 64);
  CHECK(come_back(valid));
  std::mt19937 random(6);
  valid.clear();
  for (int i = 0; i < 200'000; ++i) {
    std::string bytes;
    for (unsigned n = 1 + random() % 6; n > 0; --n) bytes += static_cast<char>(random());
    REQUIRE(is_utf8(bytes) == (utf8::first_invalid(bytes) == bytes.size()));
    if (i % 100 == 0) REQUIRE(is_accepted(bytes) == is_utf8(bytes));
    if (is_utf8(bytes)) valid.push_back(bytes);
  }
  CHECK(valid.size() > 100);
  CHECK(come_back(valid));
}

TEST_CASE("a text cut inside a character is refused, between characters it comes back") {
  const std::string text =
      "a\u00e9\u4e2d\U0001F469\u200D\U0001F4BB\U0001F1E9\U0001F1EAe\u0301\uac00\u1100\u1161\ufeff";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string head = text.substr(0, cut), tail = text.substr(cut);
    const bool between = cut == text.size() || (text[cut] & 0xc0) != 0x80;
    CHECK(is_accepted(head) == between);
    CHECK(is_accepted(tail) == between);
    if (between) CHECK(come_back({head, tail}));
  }
  for (const char* bytes : {"\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80", "\xc0\x80",
                            "\xf4\x90\x80\x80", "\xfe", "\xff", "\xf8\x88\x80\x80\x80"}) {
    CHECK_FALSE(is_accepted(bytes));
  }
}

TEST_CASE("forms that normalisation would change stay apart") {
  // Composed, decomposed, compatibility, Hangul, the sign that NFC turns into a letter.
  const std::vector<std::string> forms = {"\u00e9", "e\u0301", "\u212b", "\u00c5",       "A\u030a",
                                          "\ufb01", "fi",      "\uac00", "\u1100\u1161", "\uf900",
                                          "\u8c48", "\u0378",  "\ufffe", "\ufeff"};
  NoCheckpoint checkpoint;
  AtomGraph graph;
  std::vector<NodeIndex> roots;
  auto builder = DocumentBuilder::open(graph);
  REQUIRE(builder.is_ok());
  for (const std::string& form : forms) {
    REQUIRE(builder.value().append(form, checkpoint).is_ok());
    const NodeIndex root = builder.value().finish();
    CHECK(std::ranges::find(roots, root) == roots.end());
    roots.push_back(root);
  }
  CHECK(come_back(forms));
  std::string mixed;
  for (const std::string& form : forms) mixed += form;
  CHECK(come_back({mixed, mixed + mixed}));
}

TEST_CASE("a million equal characters come back, whichever they are") {
  for (const char* c : {"a", " ", "\n", "\r", "\t", "\u0301", "\u200d", "\u4e2d", "\u0e01",
                        "\U0001F1E9", ".", "'", "\u05d0"}) {
    std::string text;
    for (int i = 0; i < 1'000'000; ++i) text += c;
    CHECK(come_back({text}));
  }
  CHECK(come_back({std::string(1'000'000, '\0')}));
}
