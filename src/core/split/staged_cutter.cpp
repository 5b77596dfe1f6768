// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Each stage is one of the expressions in docs/internals/tokenizers.md. A stage's pieces are found
// once, and its matches are looked for from each character between them, so the work is linear as
// long as an attempt that fails ends after a few characters; all do.
#include "core/split/staged_cutter.hpp"

#include <unicode/uchar.h>

#include <algorithm>

#include "core/base/utf8.hpp"
#include "core/split/matcher.hpp"
#include "core/split/pretokenizer.hpp"

namespace hartonomous::core::split {

namespace {

struct Range {
  char32_t first, last;
};

// The letters with case that DeepSeek LLM's expression lists.
constexpr Range kCasedLetters[] = {
    {0x41, 0x5a},       {0x61, 0x7a},       {0xb5, 0xb5},       {0xc0, 0xd6},
    {0xd8, 0xf6},       {0xf8, 0x1ba},      {0x1bc, 0x1bf},     {0x1c4, 0x293},
    {0x295, 0x2af},     {0x370, 0x373},     {0x376, 0x377},     {0x37b, 0x37d},
    {0x37f, 0x37f},     {0x386, 0x386},     {0x388, 0x38a},     {0x38c, 0x38c},
    {0x38e, 0x3a1},     {0x3a3, 0x3f5},     {0x3f7, 0x481},     {0x48a, 0x52f},
    {0x531, 0x556},     {0x10a0, 0x10c5},   {0x13a0, 0x13f5},   {0x13f8, 0x13fd},
    {0x1c90, 0x1cba},   {0x1cbd, 0x1cbf},   {0x1d00, 0x1d2b},   {0x1d6b, 0x1d77},
    {0x1d79, 0x1d9a},   {0x1e00, 0x1f15},   {0x1f18, 0x1f1d},   {0x1f20, 0x1f45},
    {0x1f48, 0x1f4d},   {0x1f50, 0x1f57},   {0x1f59, 0x1f59},   {0x1f5b, 0x1f5b},
    {0x1f5d, 0x1f5d},   {0x1f5f, 0x1f7d},   {0x1f80, 0x1fb4},   {0x1fb6, 0x1fbc},
    {0x1fbe, 0x1fbe},   {0x1fc2, 0x1fc4},   {0x1fc6, 0x1fcc},   {0x1fd0, 0x1fd3},
    {0x1fd6, 0x1fdb},   {0x1fe0, 0x1fec},   {0x1ff2, 0x1ff4},   {0x1ff6, 0x1ffc},
    {0x2102, 0x2102},   {0x2107, 0x2107},   {0x210a, 0x2113},   {0x2115, 0x2115},
    {0x2119, 0x211d},   {0x2124, 0x2124},   {0x2126, 0x2126},   {0x2128, 0x2128},
    {0x212a, 0x212d},   {0x212f, 0x2134},   {0x2139, 0x2139},   {0x213c, 0x213f},
    {0x2145, 0x2149},   {0x214e, 0x214e},   {0x2183, 0x2184},   {0x2c00, 0x2c7b},
    {0x2c7e, 0x2ce4},   {0x2ceb, 0x2cee},   {0x2cf2, 0x2cf3},   {0xa640, 0xa66d},
    {0xa680, 0xa69b},   {0xa722, 0xa76f},   {0xa771, 0xa787},   {0xa78b, 0xa78e},
    {0xab70, 0xabbf},   {0xfb00, 0xfb06},   {0xfb13, 0xfb17},   {0xff21, 0xff3a},
    {0xff41, 0xff5a},   {0x10400, 0x1044f}, {0x104b0, 0x104d3}, {0x104d8, 0x104fb},
    {0x10c80, 0x10cb2}, {0x10cc0, 0x10cf2}, {0x118a0, 0x118df}, {0x1e900, 0x1e943},
};
constexpr Range kListedPunctuation[] = {{0x21, 0x2f},     {0x3a, 0x7e},     {0x2018, 0x201f},
                                        {0x3000, 0x3002}, {0xff01, 0xff0f}, {0xff1a, 0xff5e}};
constexpr Range kIdeographs[] = {{0x800, 0x9fa5}, {0xac00, 0xd7ff}};
constexpr Range kIdeographsAndKana[] = {{0x3040, 0x30ff}, {0x4e00, 0x9fa5}};
// What ends a word of BLOOM's besides white space.
constexpr std::u32string_view kBloomStops = U"(|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)";

struct Character {
  char32_t codepoint;  // above U+10FFFF for a byte that is not UTF-8
  std::size_t length;
};
Character character_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return {byte, 1};
  const utf8::Decoded decoded = utf8::decode(text.substr(at));
  if (decoded.length == 0) return {0x110000, 1};
  return {decoded.codepoint, decoded.length};
}

bool is_in(std::span<const Range> ranges, char32_t c) noexcept {
  const auto found =
      std::upper_bound(ranges.begin(), ranges.end(), c,
                       [](char32_t wanted, const Range& range) { return wanted <= range.last; });
  return found != ranges.end() && found->first <= c;
}

template <class Is>
std::size_t run(std::string_view text, std::size_t at, Is&& is) noexcept {
  while (at < text.size()) {
    const Character next = character_at(text, at);
    if (!is(next.codepoint)) break;
    at += next.length;
  }
  return at;
}

// \s?X+
template <class Is>
std::size_t spaced_run(std::string_view text, std::size_t begin, Is&& is) noexcept {
  const Matcher matcher(text);
  const std::size_t first = matcher.is(begin, kSpaces) ? matcher.after(begin) : begin;
  const std::size_t end = run(text, first, is);
  if (end > first) return end;
  return run(text, begin, is);
}

constexpr std::uint32_t kPunctuationTypes = U_GC_P_MASK;
constexpr std::uint32_t kSymbolTypes = U_GC_S_MASK;
bool is_type(char32_t c, std::uint32_t types) noexcept {
  return c < 0x110000 && (U_GET_GC_MASK(static_cast<UChar32>(c)) & types) != 0;
}

std::size_t digit(std::string_view text, std::size_t begin) noexcept {
  return Matcher(text).run(begin, kNumbers, 1);
}
std::size_t three_digits(std::string_view text, std::size_t begin) noexcept {
  return Matcher(text).run(begin, kNumbers, 3);
}
std::size_t numbers(std::string_view text, std::size_t begin) noexcept {
  return Matcher(text).run(begin, kNumbers);
}
std::size_t three_ascii_digits(std::string_view text, std::size_t begin) noexcept {
  if (text.size() - begin < 3) return begin;
  for (std::size_t i = begin; i < begin + 3; ++i) {
    if (text[i] < '0' || text[i] > '9') return begin;
  }
  return begin + 3;
}
std::size_t gpt2(std::string_view text, std::size_t begin) noexcept {
  return piece_end(Pattern::kGpt2, text, begin);
}
std::size_t tekken(std::string_view text, std::size_t begin) noexcept {
  return piece_end(Pattern::kTekken, text, begin);
}
std::size_t qwen35(std::string_view text, std::size_t begin) noexcept {
  return piece_end(Pattern::kQwen35, text, begin);
}
// [\p{P}\$\+<=>\^~\|`]+, and without the grave accent
std::size_t punctuation(std::string_view text, std::size_t begin) noexcept {
  return run(text, begin, [](char32_t c) {
    return is_type(c, kPunctuationTypes) || (c < 0x80 && is_type(c, kSymbolTypes));
  });
}
std::size_t punctuation_but_accent(std::string_view text, std::size_t begin) noexcept {
  return run(text, begin, [](char32_t c) {
    return is_type(c, kPunctuationTypes) || (c < 0x80 && c != '`' && is_type(c, kSymbolTypes));
  });
}
std::size_t line_end(std::string_view text, std::size_t begin) noexcept {
  return text[begin] == '\r' || text[begin] == '\n' ? begin + 1 : begin;
}
std::size_t spaced_letters(std::string_view text, std::size_t begin) noexcept {
  const LetterClasses& classes = LetterClasses::instance();
  return spaced_run(text, begin, [&](char32_t c) {
    return (kLetters >> static_cast<int>(classes.of(c)) & 1) != 0;
  });
}
std::size_t spaced_punctuation(std::string_view text, std::size_t begin) noexcept {
  return spaced_run(text, begin, [](char32_t c) { return is_type(c, kPunctuationTypes); });
}
std::size_t spaced_cased(std::string_view text, std::size_t begin) noexcept {
  return spaced_run(text, begin, [](char32_t c) { return is_in(kCasedLetters, c); });
}
std::size_t spaced_listed(std::string_view text, std::size_t begin) noexcept {
  return spaced_run(text, begin, [](char32_t c) { return is_in(kListedPunctuation, c); });
}
// \s+$, from the first space of its run: a later one would be inside what is matched already.
std::size_t trailing_space(std::string_view text, std::size_t begin) noexcept {
  const std::size_t end = Matcher(text).run(begin, kSpaces);
  return end == text.size() ? end : begin;
}
std::size_t ideographs(std::string_view text, std::size_t begin) noexcept {
  return run(text, begin, [](char32_t c) { return is_in(kIdeographs, c); });
}
std::size_t ideographs_and_kana(std::string_view text, std::size_t begin) noexcept {
  return run(text, begin, [](char32_t c) { return is_in(kIdeographsAndKana, c); });
}
//  ?[^(\s|.,!?…。，、।۔،)]+
std::size_t bloom(std::string_view text, std::size_t begin) noexcept {
  const LetterClasses& classes = LetterClasses::instance();
  const auto is_word = [&](char32_t c) {
    return classes.of(c) != LetterClass::kSpace && kBloomStops.find(c) == kBloomStops.npos;
  };
  const std::size_t first = text[begin] == ' ' ? begin + 1 : begin;
  const std::size_t end = run(text, first, is_word);
  return end > first ? end : begin;
}

// [!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|
//  ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
std::size_t deepseek3(std::string_view text, std::size_t begin) noexcept {
  const auto is_ascii_letter = [](char32_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  const auto is_sign = [](char32_t c) { return is_type(c, kPunctuationTypes | kSymbolTypes); };
  const Matcher matcher(text);
  const Character first = character_at(text, begin);
  if (first.codepoint < 0x80 && is_sign(first.codepoint)) {
    const std::size_t end = run(text, begin + 1, is_ascii_letter);
    if (end > begin + 1) return end;
  }
  constexpr Classes kWord = kLetters | kMarks;
  const bool takes_first =
      !matcher.is_line_end(begin) && !matcher.is(begin, kLetters) && !is_sign(first.codepoint);
  const std::size_t word = takes_first ? begin + first.length : begin;
  if (const std::size_t end = matcher.run(word, kWord); end > word) return end;
  if (const std::size_t end = matcher.run(begin, kWord); end > begin) return end;
  const std::size_t signs = text[begin] == ' ' ? begin + 1 : begin;
  if (const std::size_t end = run(text, signs, is_sign); end > signs) return matcher.line_ends(end);
  if (const std::size_t end = matcher.space_to_last_line_end(begin); end > begin) return end;
  return matcher.is(begin, kSpaces) ? matcher.space(begin) : begin;
}

constexpr StageMatch kTekken[] = {tekken};
constexpr StageMatch kQwen35[] = {qwen35};
constexpr StageMatch kStarcoder[] = {digit, gpt2};
constexpr StageMatch kFalcon[] = {punctuation, gpt2, three_ascii_digits};
constexpr StageMatch kPunctuated[] = {punctuation_but_accent, gpt2, numbers, three_ascii_digits};
constexpr StageMatch kDeepseekCoder[] = {line_end, spaced_letters, spaced_punctuation, ideographs,
                                         digit};
constexpr StageMatch kDeepseekLlm[] = {line_end,       spaced_cased, spaced_listed,
                                       trailing_space, ideographs,   numbers};
constexpr StageMatch kDeepseek3[] = {three_digits, ideographs_and_kana, deepseek3};
constexpr StageMatch kBloom[] = {bloom};
constexpr StageMatch kViking[] = {bloom, digit};

std::span<const StageMatch> stages_of(Pattern pattern) noexcept {
  switch (pattern) {
    case Pattern::kTekken:
      return kTekken;
    case Pattern::kQwen35:
      return kQwen35;
    case Pattern::kStarcoder:
      return kStarcoder;
    case Pattern::kFalcon:
      return kFalcon;
    case Pattern::kPunctuated:
      return kPunctuated;
    case Pattern::kDeepseekCoder:
      return kDeepseekCoder;
    case Pattern::kDeepseekLlm:
      return kDeepseekLlm;
    case Pattern::kDeepseek3:
      return kDeepseek3;
    case Pattern::kBloom:
      return kBloom;
    default:
      return kViking;
  }
}

}  // namespace

StagedCutter::StagedCutter(Pattern pattern, std::string_view text) noexcept
    : text_(text), stages_(stages_of(pattern)) {}

// The end of a stage's piece that begins here, in a text that ends at `limit`.
std::size_t StagedCutter::next_end(std::size_t stage, std::size_t limit) const noexcept {
  const std::string_view text = text_.substr(0, limit);
  const std::size_t end = stages_[stage](text, at_);
  if (end > at_) return end;
  std::size_t gap = at_;
  do {
    gap += character_at(text, gap).length;
  } while (gap < limit && stages_[stage](text, gap) == gap);
  return gap;
}

std::size_t StagedCutter::read(std::span<std::size_t> ends) noexcept {
  std::size_t count = 0;
  while (count < ends.size() && at_ < text_.size()) {
    std::size_t limit = text_.size();
    for (std::size_t stage = 0; stage < stages_.size(); limit = ends_[stage++]) {
      if (ends_[stage] <= at_) ends_[stage] = next_end(stage, limit);
    }
    at_ = ends[count++] = limit;
  }
  return count;
}

}  // namespace hartonomous::core::split
