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
  // Cut character by character:
  kTekken,  // Mistral's: as kO200k without contractions, each digit alone
  kQwen35,  // as kQwen2, with marks as parts of words
  // Several cuts, each inside the pieces of the one before:
  kStarcoder,      // each digit; kGpt2. StarCoder, Refact, Command R, SmolLM, EXAONE
  kFalcon,         // runs of punctuation; kGpt2; three ASCII digits
  kPunctuated,     // runs of punctuation; kGpt2; numbers; three ASCII digits. GGUF's "default"
  kDeepseekCoder,  // line ends; letters; punctuation; ideographs; each digit
  kDeepseekLlm,    // line ends; letters with case; punctuation; trailing space; ideographs; numbers
  kDeepseek3,      // digits in threes; ideographs and kana; words, punctuation and symbols
  kBloom,          // words without punctuation, with the space before them
  kViking,         // kBloom; each digit
};

// The pattern's name in SQL: none, whitespace, gpt2, cl100k, llama3, qwen2, o200k, tekken, qwen35,
// starcoder, falcon, punctuated, deepseek-coder, deepseek-llm, deepseek-v3, bloom, viking.
std::string_view pattern_name(Pattern pattern) noexcept;
std::optional<Pattern> pattern_by_name(std::string_view name) noexcept;

// Whether the boundaries are found 64 bytes at a time (boundaries.hpp), else character by
// character.
constexpr bool has_kernel(Pattern pattern) noexcept { return pattern <= Pattern::kO200k; }

}  // namespace hartonomous::core::split
