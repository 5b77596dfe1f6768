// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/gguf_vocabulary.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"
#include "core/tokenizer/derive_merges.hpp"
#include "core/tokenizer/known_patterns.hpp"
#include "core/tokenizer/spelled_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::Algorithm;
using cpe::TokenType;
using format::MetadataArray;

struct Scheme {
  std::string_view model;
  Algorithm algorithm;
  bool units_are_bytes;
  Spelling spelling;
};
constexpr Scheme kSchemes[] = {
    {"gpt2", Algorithm::kPairs, true, Spelling::kByteLevel},
    {"llama", Algorithm::kSentencePiece, false, Spelling::kMetaspace},
    {"t5", Algorithm::kUnigram, false, Spelling::kMetaspace},
    {"bert", Algorithm::kWordPiece, false, Spelling::kWordStart},
};

// Pre-tokenizers whose models take a piece that is a token as that token.
constexpr std::string_view kWholePieces[] = {
    "llama3",   "llama-v3", "llama-bpe",    "falcon3", "falcon-h1", "pixtral",
    "midm-2.0", "lfm2",     "jina-v5-nano", "tekken",  "glm4",      "glm5",
};

const MetadataArray* array_of(const format::Metadata& metadata, std::string_view key) {
  const format::MetadataValue* value = metadata.find(key);
  return value == nullptr ? nullptr : std::get_if<MetadataArray>(value);
}

Status read_tokens(const format::Metadata& metadata, const MetadataArray& texts, bool is_byte_level,
                   SpelledVocabulary& out, Checkpoint& checkpoint) {
  const MetadataArray* scores = array_of(metadata, "tokenizer.ggml.scores");
  const MetadataArray* types = array_of(metadata, "tokenizer.ggml.token_type");
  for (std::uint64_t i = 0; i < texts.size(); ++i) {
    SpelledToken token;
    token.type = TokenType::kNormal;
    token.spelling = texts.as_string(i).value_or("");
    if (utf8::first_invalid(token.spelling) != token.spelling.size()) {
      return Status(Code::kBadEncoding, "token " + std::to_string(i) + " is not UTF-8")
          .with_detail("It is " + quoted(token.spelling) + ".");
    }
    if (scores != nullptr && i < scores->size()) {
      token.score = scores->as_double(i).value_or(0);
    }
    if (types != nullptr && i < types->size()) {
      const std::int64_t type = types->as_int64(i).value_or(0);
      if (type >= 1 && type <= 6) token.type = static_cast<TokenType>(type);
    }
    token.is_literal = is_byte_level && token.type == TokenType::kUserDefined;
    HARTONOMOUS_CHECK(out.put(i, std::move(token)));
    if (i % 4096 == 0) checkpoint.reached(0);
  }
  return Status::ok();
}

}  // namespace

Result<cpe::VocabularyContent> read_gguf_vocabulary(const format::Metadata& metadata,
                                                    Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(cpe::VocabularyContent vocabulary, read_gguf_tokens(metadata, checkpoint));
  if (vocabulary.algorithm == Algorithm::kSentencePiece) derive_merges(vocabulary, checkpoint);
  return vocabulary;
}

Result<cpe::VocabularyContent> read_gguf_tokens(const format::Metadata& metadata,
                                                Checkpoint& checkpoint) {
  const std::string* model = metadata.find_string("tokenizer.ggml.model");
  const MetadataArray* texts = array_of(metadata, "tokenizer.ggml.tokens");
  if (model == nullptr || texts == nullptr) {
    return Status(Code::kNotFound, "file has no vocabulary")
        .with_detail("Its metadata lacks tokenizer.ggml.model or tokenizer.ggml.tokens.");
  }
  const Scheme* scheme = nullptr;
  for (const Scheme& known : kSchemes) {
    if (known.model == *model) scheme = &known;
  }
  if (scheme == nullptr) {
    return Status(Code::kUnsupported, "tokenizer model " + quoted(*model) + " is not supported");
  }
  SpelledVocabulary spelled;
  HARTONOMOUS_CHECK(
      read_tokens(metadata, *texts, scheme->spelling == Spelling::kByteLevel, spelled, checkpoint));
  cpe::VocabularyContent vocabulary;
  vocabulary.algorithm = scheme->algorithm;
  vocabulary.units_are_bytes = scheme->units_are_bytes;
  if (scheme->algorithm == Algorithm::kPairs) {
    const MetadataArray* merges = array_of(metadata, "tokenizer.ggml.merges");
    for (std::uint64_t i = 0; merges != nullptr && i < merges->size(); ++i) {
      HARTONOMOUS_CHECK(spelled.add_merge(merges->as_string(i).value_or("")));
    }
    vocabulary.pattern = "unknown";
    if (const std::string* pre = metadata.find_string("tokenizer.ggml.pre")) {
      const std::string_view known = pattern_of_gguf_name(*pre);
      vocabulary.pattern = known.empty() ? *pre : std::string(known);
      vocabulary.ignore_merges = std::ranges::find(kWholePieces, *pre) != std::end(kWholePieces);
    }
  }
  const format::MetadataValue* space = metadata.find("tokenizer.ggml.add_space_prefix");
  const bool* adds = space == nullptr ? nullptr : std::get_if<bool>(space);
  vocabulary.adds_space = adds != nullptr ? *adds : scheme->algorithm == Algorithm::kSentencePiece;
  HARTONOMOUS_CHECK(read_spelling(spelled, scheme->spelling, vocabulary, checkpoint));
  return vocabulary;
}

}  // namespace hartonomous::core::tokenizer
