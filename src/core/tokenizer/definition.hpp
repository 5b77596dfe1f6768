// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model's files say about its tokenizer, wherever they say it: the vocabulary, what is done
// to a text before it is cut, which tokens are found as they are spelt, what stands around a text.
// Plain data; a ModelTokenizer is made from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/cpe/vocabulary_content.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::tokenizer {

// A token that is found in a text as it is spelt, before the text is cut.
struct AddedToken {
  TokenId id = 0;
  std::string text;
  bool is_control = false;     // only when special tokens are parsed
  bool is_normalized = false;  // looked for in the normalized text, and normalized itself
  bool takes_left_space = false, takes_right_space = false;  // white space beside it goes with it
  bool is_whole_word = false;  // neither neighbour is a letter, number or underscore
};

enum class StepKind : std::uint8_t {
  kReplace,        // each `from` becomes `to`; `to` may be empty
  kPrepend,        // `to` before a text that is not empty
  kStrip,          // white space at the ends: `at_left`, `at_right`
  kCharacterMap,   // SentencePiece's map, `to` is the blob: charsmap.hpp
  kSentencePiece,  // bytes that are not UTF-8 become U+FFFD; runs of spaces one, if `at_left`
  kOneSpace,       // each run of `from` of two or more becomes one `to`
  kNfc,
  kNfd,
  kNfkc,
  kNfkd,
  kLowercase,
  kStripAccents,  // drops nonspacing marks
  kCleanText,     // BERT: control characters go, white space becomes a space
  kSpaceCjk,      // BERT: a space around each ideograph
  kOneForWhite,   // each run of white space becomes one `to`
};
struct Step {
  StepKind kind;
  std::string from, to;
  bool at_left = false, at_right = false;
};

// Whether a space is put before a stretch of text between special tokens.
enum class SpacePrefix : std::uint8_t { kNever, kFirst, kEach };

// Words that a model's pieces cannot cross, beyond what the pieces themselves say.
enum class WordRule : std::uint8_t {
  kNone,
  kSpace,       // each space begins a word
  kSpaceAlone,  // words are what is between white space
  kBert,        // that, and each punctuation character is a word
};

// The scores of unigram pieces are of type float in SentencePiece's files and GGUF, of type double
// in tokenizer.json.
struct Definition {
  cpe::VocabularyContent vocabulary;
  std::vector<AddedToken> added;
  SpecialTokens special;
  std::vector<TokenId> before, after;  // what add_special puts around a text

  std::vector<Step> normalization;
  SpacePrefix space_prefix = SpacePrefix::kNever;
  bool prefix_unless_space = false;  // no prefix where there is a space already
  bool space_is_suffix = false;      // the space goes after the text instead
  WordRule words = WordRule::kNone;
  bool matches_user_defined_inside = false;  // user-defined tokens are found in normalized text

  bool byte_fallback = false;   // bytes of characters without a token are tokens
  bool fuses_unknown = true;    // neighbours without a token are one unknown token
  bool drops_unknown = false;   // what has no token is passed over
  bool sums_in_single = false;  // unigram: scores are added up in single precision
  std::vector<double> scores;   // unigram: by token, where floats would not be exact; or empty
  // Unigram: the score of a user-defined token is the first for each of its bytes, and the second.
  double user_defined_per_byte = 0, user_defined_score = 0;
  std::size_t longest_word = 100;  // WordPiece: characters; longer words are unknown

  bool strips_first_space = false;  // decode() takes a space away at the start
  bool cleans_up = false;           // decode() takes away spaces before punctuation: wordpiece
};

}  // namespace hartonomous::core::tokenizer
