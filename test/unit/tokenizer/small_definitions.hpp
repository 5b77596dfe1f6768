// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A small tokenizer of each family, made by hand, for tests of what all of them have.
#pragma once

#include <string>
#include <vector>

#include "core/tokenizer/definition.hpp"

namespace hartonomous::test {

inline core::tokenizer::Definition small_definition(core::cpe::Algorithm algorithm,
                                                    bool units_are_bytes = false) {
  using core::cpe::Algorithm;
  using core::cpe::TokenType;
  core::tokenizer::Definition made;
  auto& vocabulary = made.vocabulary;
  vocabulary.algorithm = algorithm;
  vocabulary.units_are_bytes = units_are_bytes;
  const auto add = [&](std::string bytes, TokenType type = TokenType::kNormal, float score = 0) {
    vocabulary.tokens.push_back({std::move(bytes), type, false, score});
    return static_cast<std::uint32_t>(vocabulary.tokens.size() - 1);
  };
  made.special.unknown = add("<unk>", TokenType::kUnknown);
  made.special.begin = add("<s>", TokenType::kControl);
  made.before = {*made.special.begin};
  made.special.end_of_generation = {add("<end>", TokenType::kControl)};
  made.added = {{2, "<end>", true}, {1, "<s>", true, false, true, true, true}};
  if (algorithm == Algorithm::kPairs) {
    const std::uint32_t first = static_cast<std::uint32_t>(vocabulary.tokens.size());
    for (int byte = 0; byte < (units_are_bytes ? 256 : 128); ++byte) {
      add(std::string(1, static_cast<char>(byte)));
    }
    vocabulary.pattern = units_are_bytes ? "gpt2" : "metaspace";
    const auto merge = [&](std::uint32_t left, std::uint32_t right) {
      const std::uint32_t token =
          add(vocabulary.tokens[left].bytes + vocabulary.tokens[right].bytes);
      vocabulary.merges.push_back({left, right, token});
      return token;
    };
    const std::uint32_t th = merge(first + 't', first + 'h'), the = merge(th, first + 'e');
    merge(first + ' ', the);
    merge(merge(first + 'a', first + 'a'), first + 'b');
  } else {
    float score = -1;
    for (const char* piece : {" ", "a", "b", "e", "h", "t", "th", "the", " the", "aa", "aab", "."}) {
      add(piece, TokenType::kNormal, score);
      score -= 0.5F;
    }
    add("user", TokenType::kUserDefined);
    add("unused", TokenType::kUnused, -1);
    vocabulary.tokens[8].continues_word = algorithm == Algorithm::kWordPiece;
    for (int byte = 0xc0; byte < 0x100; ++byte) {
      add(std::string(1, static_cast<char>(byte)), TokenType::kByte);
    }
    made.byte_fallback = algorithm != Algorithm::kWordPiece;
    made.words = algorithm == Algorithm::kWordPiece ? core::tokenizer::WordRule::kBert
                                                    : core::tokenizer::WordRule::kSpace;
    made.space_prefix = core::tokenizer::SpacePrefix::kFirst;
  }
  made.normalization = {{core::tokenizer::StepKind::kLowercase, "", "", false, false}};
  return made;
}

inline std::vector<core::tokenizer::Definition> small_definitions() {
  using core::cpe::Algorithm;
  std::vector<core::tokenizer::Definition> all;
  all.push_back(small_definition(Algorithm::kPairs, true));
  all.push_back(small_definition(Algorithm::kPairs));
  all.push_back(small_definition(Algorithm::kSentencePiece));
  all.push_back(small_definition(Algorithm::kUnigram));
  all.push_back(small_definition(Algorithm::kWordPiece));
  return all;
}

}  // namespace hartonomous::test
