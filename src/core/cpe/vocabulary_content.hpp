// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a vocabulary consists of, wherever it came from: trained here, or read from a model's file.
// Plain data; encoders and stores are built from it.
//
// Tokens have the numbers their source gave them, their index. A token's `bytes` are what it stands
// for in a text, not how its file spells it: " the", not "Ġthe" nor "▁the".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/hash/content_hash.hpp"

namespace hartonomous::core::cpe {

enum class Algorithm : std::uint8_t {
  kPairs,          // pairs of tokens are merged, those with the lowest rank first
  kSentencePiece,  // pieces of characters are merged, those with the highest score first
  kUnigram,        // the split into pieces with the highest sum of scores
  kWordPiece,      // the longest token first, within a word
};
// Numbered as SentencePiece and GGUF number them.
enum class TokenType : std::uint8_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,      // stands for no text
  kUserDefined = 4,  // found before anything is merged
  kUnused = 5,
  kByte = 6,  // a byte of a character that has no token
};

// The words by which SQL knows them; the second gives false for others.
const char* name(Algorithm algorithm) noexcept;  // "pairs", "sentencepiece", ...
bool from_name(std::string_view text, Algorithm& algorithm) noexcept;

struct VocabularyToken {
  std::string bytes;
  TokenType type = TokenType::kNormal;
  bool continues_word = false;  // WordPiece: stands inside a word, never at its start
  float score = 0;              // where the source has one
};

struct TokenMerge {
  std::uint32_t left, right, token;
  bool operator==(const TokenMerge&) const = default;
};

inline constexpr std::size_t kMaxTokens = 4'000'000;
inline constexpr std::size_t kMaxTokenBytes = 4096;

struct VocabularyContent {
  Algorithm algorithm = Algorithm::kPairs;
  bool units_are_bytes = true;    // merging starts from bytes, else from characters
  std::string pattern = "none";   // by which texts are cut: a name, or what the file says
  std::string tie_rule = "none";  // how a trainer chose among equally frequent pairs; imports: none
  bool ignore_merges = false;     // a piece that is a token is that token, whatever the merges say
  bool adds_space = false;        // a space is put before a text
  std::vector<VocabularyToken> tokens;  // by number; unused numbers are kUnused and empty
  std::vector<TokenMerge> merges;       // by rank; parts come before what they make
  bool merges_by_bytes = false;         // two parts merge whenever their bytes together are a token
};

// The content address of a vocabulary: docs/internals/content-address.md. Reaches `checkpoint`
// every few thousand tokens.
hash::ContentHash vocabulary_hash(const VocabularyContent& vocabulary, Checkpoint& checkpoint);

}  // namespace hartonomous::core::cpe
