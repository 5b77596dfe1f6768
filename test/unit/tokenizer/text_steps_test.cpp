// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/text_steps.hpp"

#include <catch2/catch.hpp>

using namespace hartonomous::core::tokenizer;

namespace {

std::string composed(std::string_view text) {
  std::string out;
  normalize_unicode(StepKind::kNfc, text, out);
  return out;
}

}  // namespace

TEST_CASE("Unicode normalization composes and orders the marks of Unicode 9.0", "[tokenizer]") {
  CHECK(composed("e\u0301") == "\u00e9");
  CHECK(composed("a\u0345\u0334") == "a\u0334\u0345");
}

TEST_CASE("Unicode normalization passes by marks later than Unicode 9.0", "[tokenizer]") {
  CHECK(composed("a\u0345\u0c3c") == "a\u0345\u0c3c");  // a nukta, since 14.0
  CHECK(composed("\u0c3ce\u0301") == "\u0c3c\u00e9");
}

TEST_CASE("Unicode normalization keeps what is not UTF-8", "[tokenizer]") {
  CHECK(composed("e\xcc") == "e\xcc");
}

TEST_CASE("runs of white space become one text", "[tokenizer]") {
  const auto joined = [](std::string_view text) {
    std::string out;
    join_white_space(text, "_", out);
    return out;
  };
  CHECK(joined("") == "");
  CHECK(joined(" a \t\u3000\u00a0b\n") == "_a_b_");
  CHECK(joined("a\u200bb\xe3\x80") == "a\u200bb\xe3\x80");
}
