// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "core/base/result.hpp"
#include "core/base/utf8.hpp"

namespace utf8 = hartonomous::core::utf8;

TEST_CASE("every scalar value round-trips through UTF-8 and no surrogate decodes") {
  for (char32_t c = 0; c <= utf8::kMaxCodepoint; ++c) {
    const bool surrogate = c >= 0xd800 && c < 0xe000;
    std::string text;
    utf8::append(text, c);
    const utf8::Decoded d = utf8::decode(text);
    if (surrogate) {
      REQUIRE(d.length == 0);
    } else {
      REQUIRE(d.length == text.size());
      REQUIRE(d.codepoint == c);
    }
  }
}

TEST_CASE("malformed sequences are refused at their first byte") {
  for (const char* bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "\xff"}) {
    CHECK(utf8::first_invalid(bad) == 0);
    CHECK(utf8::first_invalid(std::string("0123456789") + bad) == 10);
  }
  CHECK(utf8::first_invalid("") == 0);
  CHECK(utf8::first_invalid("naïve 中文 🙂") == std::string_view("naïve 中文 🙂").size());
}

TEST_CASE("untrusted text is escaped and cut before it reaches a message") {
  using hartonomous::core::quoted;
  CHECK(quoted("plain") == "\"plain\"");
  CHECK(quoted(std::string_view("a\0b\x1b\xff", 5)) == "\"a\\x00b\\x1b\\xff\"");
  CHECK(quoted(std::string(100, 'x')) == "\"" + std::string(64, 'x') + "...\"");
}
