// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hartonomous::core::split {

// How a text is cut; docs/internals/cpe-encoding.md has the expressions.
enum class Pattern : std::uint8_t {
  kNone,        // the whole text is one piece
  kWhitespace,  // a word with the one space character before it; runs of space apart
  kGpt2,        // GPT-2, r50k, p50k: contractions, ` ?letters`, ` ?numbers`, ` ?others`, spaces
  kCl100k,      // GPT-4: one other character goes with a word, numbers in threes, line ends apart
  kLlama3,      // as kCl100k, but space that ends the text is cut after its last line end
  kQwen2,       // as kLlama3, but each digit alone
  kO200k,       // GPT-4o: words are cut where lower case turns to upper, contractions join the word
};

// The pattern's name in SQL: none, whitespace, gpt2, cl100k, llama3, qwen2, o200k.
std::string_view pattern_name(Pattern pattern) noexcept;
std::optional<Pattern> pattern_by_name(std::string_view name) noexcept;

}  // namespace hartonomous::core::split
