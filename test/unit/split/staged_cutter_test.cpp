// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Patterns of several cuts against ICU's regular expressions, applied one after the other.
#include "core/split/staged_cutter.hpp"

#include <unicode/regex.h>

#include <catch2/catch.hpp>
#include <memory>
#include <random>

#include "core/base/utf8.hpp"
#include "core/split/pretokenizer.hpp"

using namespace hartonomous;
using core::split::Pattern;

namespace {

constexpr const char* kGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char* kIdeographs = R"([\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+)";
constexpr const char* kBloom = R"( ?[^(\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+)";

struct Stages {
  Pattern pattern;
  std::vector<const char*> expressions;
};
const std::vector<Stages>& all_stages() {
  static const std::vector<Stages> stages = {
      {Pattern::kStarcoder, {R"(\p{N})", kGpt2}},
      {Pattern::kFalcon, {R"([\p{P}\$\+<=>\^~\|`]+)", kGpt2, "[0-9][0-9][0-9]"}},
      {Pattern::kPunctuated, {R"([\p{P}\$\+<=>\^~\|]+)", kGpt2, R"(\p{N}+)", "[0-9][0-9][0-9]"}},
      {Pattern::kDeepseekCoder,
       {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", kIdeographs, R"(\p{N})"}},
      {Pattern::kDeepseek3,
       {R"(\p{N}{1,3})", R"([\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+)",
        R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|)"
        R"( ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}},
      {Pattern::kBloom, {kBloom}},
      {Pattern::kViking, {kBloom, R"(\p{N})"}},
  };
  return stages;
}

using Piece = icu::UnicodeString;

// The matches of an expression in a piece, and what is between them.
void split(const icu::RegexPattern& expression, const Piece& piece, std::vector<Piece>& out) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::RegexMatcher> matcher(expression.matcher(piece, status));
  std::int32_t at = 0;
  while (matcher->find(status)) {
    if (matcher->start(status) > at) out.emplace_back(piece, at, matcher->start(status) - at);
    out.emplace_back(piece, matcher->start(status), matcher->end(status) - matcher->start(status));
    at = matcher->end(status);
  }
  REQUIRE(U_SUCCESS(status));
  if (at < piece.length()) out.emplace_back(piece, at, piece.length() - at);
}

std::vector<std::string> expected_pieces(
    const std::vector<std::unique_ptr<icu::RegexPattern>>& expressions, const std::string& text) {
  std::vector<Piece> pieces{Piece::fromUTF8(text)};
  for (const auto& expression : expressions) {
    std::vector<Piece> next;
    for (const Piece& piece : pieces) split(*expression, piece, next);
    pieces.swap(next);
  }
  std::vector<std::string> bytes;
  for (const Piece& piece : pieces) piece.toUTF8String(bytes.emplace_back());
  return bytes;
}

std::string random_text(std::mt19937& random) {
  static const char* const kScraps[] = {
      " ",      "  ",     "\n",     "\r\n",   "\t",     "a",      "Ab",     "z9",     "123",
      "4567",   "'s",     "'LL",    "...",    "!?",     "$",      "+",      "`",      "|",
      "(",      ")",      "_",      "<=>",    "\u00e9", "\u0301", "\u3002", "\uff0c", "\u4e2d",
      "\u3042", "\uac00", "\u0661", "\u2167", "\u00bd", "\u2026", "\u20ac", "\u00a0", "\U0001f999",
      "\u0430", "\u0416", "\u201c", "\u30fb", "~"};
  std::string text;
  for (unsigned count = random() % 16; count > 0; --count) {
    text += kScraps[random() % std::size(kScraps)];
  }
  return text;
}

}  // namespace

TEST_CASE("several cuts one after the other cut as their expressions do") {
  std::mt19937 random(11);
  for (const Stages& stages : all_stages()) {
    std::vector<std::unique_ptr<icu::RegexPattern>> expressions;
    for (const char* expression : stages.expressions) {
      UErrorCode status = U_ZERO_ERROR;
      expressions.emplace_back(
          icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(expression), 0, status));
      REQUIRE(U_SUCCESS(status));
    }
    for (int round = 0; round < 3000; ++round) {
      const std::string text = random_text(random);
      std::vector<std::string> pieces;
      core::split::for_each_piece(stages.pattern, text,
                                  [&](std::string_view piece) { pieces.emplace_back(piece); });
      if (pieces == expected_pieces(expressions, text)) continue;
      INFO(pattern_name(stages.pattern) << ": " << text);
      REQUIRE(pieces == expected_pieces(expressions, text));
    }
  }
}

TEST_CASE("pieces of several cuts are the text, whatever its bytes") {
  std::mt19937 random(12);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 200, '\0');
    for (char& c : text) c = static_cast<char>(random());
    for (int i = static_cast<int>(Pattern::kTekken); i <= static_cast<int>(Pattern::kViking); ++i) {
      std::string joined;
      core::split::for_each_piece(static_cast<Pattern>(i), text, [&](std::string_view piece) {
        CHECK_FALSE(piece.empty());
        joined += piece;
      });
      REQUIRE(joined == text);
    }
  }
}
