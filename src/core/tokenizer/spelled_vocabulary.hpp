// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A vocabulary as a file spells it, on its way to what the tokens stand for: readers of files that
// state tokens and merges as texts collect them here and learn on the way, or only at the end, how
// they are spelt.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::core::tokenizer {

enum class Spelling : std::uint8_t {
  kByteLevel,  // each byte as a character: byte_level.hpp
  kMetaspace,  // UTF-8, a space as U+2581; <0xNN> for a byte
  kWordPiece,  // UTF-8; ## marks a token that goes on inside a word
  kWordStart,  // UTF-8; U+2581 marks a token that starts a word, the others go on inside one
};

struct SpelledToken {
  std::string spelling;
  cpe::TokenType type = cpe::TokenType::kUnused;
  double score = 0;
  bool is_literal = false;  // `spelling` is the text itself, as of an added token
};

struct SpelledVocabulary {
  std::vector<SpelledToken> tokens;  // by number
  std::vector<std::pair<std::string, std::string>> merges;

  // Enters a token. kMalformed if the number is taken, kLimitExceeded if it is too large or the
  // spelling too long.
  Status add(std::uint64_t number, SpelledToken token);
  // Enters a token that may replace what its number says already.
  Status put(std::uint64_t number, SpelledToken token);
  // "left right", as merges.txt and others write it. kMalformed without the space between.
  Status add_merge(std::string_view line);
};

// Fills `out.tokens` and `out.merges` with what the spellings stand for. kMalformed if a spelling
// is not of its alphabet, or a merge's parts or their union are no tokens.
Status read_spelling(const SpelledVocabulary& from, Spelling spelling, cpe::VocabularyContent& out,
                     Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
