// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/sentencepiece_model.hpp"

#include "core/base/utf8.hpp"
#include "core/format/wire_reader.hpp"
#include "core/tokenizer/derive_merges.hpp"
#include "core/tokenizer/spelled_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenType;
using format::WireReader;
using Kind = WireReader::Field::Kind;

constexpr const char* kWhat = "SentencePiece model";
constexpr std::size_t kPerCheckpoint = 4096;

// Field numbers of the messages.
enum Model : std::uint32_t { kPieces = 1, kTrainer = 2, kNormalizer = 3 };
enum Piece : std::uint32_t { kText = 1, kScore = 2, kType = 3 };
enum Trainer : std::uint32_t { kModelType = 3 };
enum Normalizer : std::uint32_t { kAddDummyPrefix = 3 };
enum ModelType : std::uint64_t { kUnigramModel = 1, kBpeModel = 2 };

Result<SpelledToken> read_piece(Bytes bytes) {
  WireReader in(bytes, kWhat);
  WireReader::Field field;
  SpelledToken token;
  token.type = TokenType::kNormal;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) break;
    if (field.number == kText && field.kind == Kind::kBytes) {
      token.spelling = as_text(field.bytes);
    } else if (field.number == kScore && field.kind == Kind::kFixed32) {
      token.score = field.as_float();
    } else if (field.number == kType && field.kind == Kind::kVarint) {
      if (field.value < 1 || field.value > 6) {
        return Status(Code::kMalformed, "piece of an unknown type");
      }
      token.type = static_cast<TokenType>(field.value);
    }
  }
  if (utf8::first_invalid(token.spelling) != token.spelling.size()) {
    return Status(Code::kBadEncoding, "piece is not UTF-8")
        .with_detail("It is " + quoted(token.spelling) + ".");
  }
  return token;
}

// The last integer of that number in a message, or `otherwise`.
Result<std::uint64_t> integer_field(Bytes message, std::uint32_t number, std::uint64_t otherwise) {
  WireReader in(message, kWhat);
  WireReader::Field field;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) return otherwise;
    if (field.number == number && field.kind == Kind::kVarint) otherwise = field.value;
  }
}

}  // namespace

bool looks_like_sentencepiece(Bytes bytes) noexcept {
  // Field 1, a piece, whose first field is its text.
  return bytes.size() > 3 && bytes[0] == std::byte{0x0a} && bytes[2] == std::byte{0x0a};
}

Result<cpe::VocabularyContent> read_sentencepiece(Bytes model, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(cpe::VocabularyContent vocabulary, read_sentencepiece_tokens(model, checkpoint));
  if (vocabulary.algorithm == cpe::Algorithm::kSentencePiece) {
    derive_merges(vocabulary, checkpoint);
  }
  return vocabulary;
}

Result<cpe::VocabularyContent> read_sentencepiece_tokens(Bytes model, Checkpoint& checkpoint) {
  WireReader in(model, kWhat);
  WireReader::Field field;
  SpelledVocabulary spelled;
  std::uint64_t type = kUnigramModel, adds_space = 1;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) break;
    if (field.kind != Kind::kBytes) continue;
    if (field.number == kPieces) {
      HARTONOMOUS_TRY(SpelledToken token, read_piece(field.bytes));
      HARTONOMOUS_CHECK(spelled.put(spelled.tokens.size(), std::move(token)));
      if (spelled.tokens.size() % kPerCheckpoint == 0) checkpoint.reached(0);
    } else if (field.number == kTrainer) {
      HARTONOMOUS_TRY(type, integer_field(field.bytes, kModelType, type));
    } else if (field.number == kNormalizer) {
      HARTONOMOUS_TRY(adds_space, integer_field(field.bytes, kAddDummyPrefix, adds_space));
    }
  }
  if (type != kUnigramModel && type != kBpeModel) {
    return Status(Code::kUnsupported, "SentencePiece model is of words or of characters");
  }
  cpe::VocabularyContent vocabulary;
  vocabulary.algorithm =
      type == kBpeModel ? cpe::Algorithm::kSentencePiece : cpe::Algorithm::kUnigram;
  vocabulary.units_are_bytes = false;
  vocabulary.adds_space = adds_space != 0;
  HARTONOMOUS_CHECK(read_spelling(spelled, Spelling::kMetaspace, vocabulary, checkpoint));
  return vocabulary;
}

}  // namespace hartonomous::core::tokenizer
