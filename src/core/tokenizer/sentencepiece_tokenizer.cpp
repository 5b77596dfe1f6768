// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/sentencepiece_tokenizer.hpp"

#include <algorithm>
#include <cfloat>

#include "core/format/wire_reader.hpp"
#include "core/tokenizer/end_of_generation.hpp"
#include "core/tokenizer/sentencepiece_model.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenType;
using format::WireReader;
using Kind = WireReader::Field::Kind;

constexpr const char* kWhat = "SentencePiece model";

// Field numbers of the messages.
enum Model : std::uint32_t { kTrainer = 2, kNormalizer = 3 };
enum Trainer : std::uint32_t {
  kSpaceIsSuffix = 24,
  kByteFallback = 35,
  kUnknownId = 40,
  kBeginId = 41,
  kEndId = 42,
  kPaddingId = 43,
};
enum Normalizer : std::uint32_t {
  kCharacterMap = 2,
  kAddDummyPrefix = 3,
  kRemoveExtraSpaces = 4,
  kEscapeSpaces = 5,
};

struct Settings {
  bool space_is_suffix = false, byte_fallback = false;
  std::int64_t unknown = 0, begin = 1, end = 2, padding = -1;
  bool adds_prefix = true, removes_extra = true, escapes = true;
  std::string map;
};

Status read_trainer(Bytes message, Settings& out) {
  WireReader in(message, kWhat);
  WireReader::Field field;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) return Status::ok();
    if (field.kind != Kind::kVarint) continue;
    const auto value = static_cast<std::int64_t>(field.value);
    switch (field.number) {
      case kSpaceIsSuffix:
        out.space_is_suffix = value != 0;
        break;
      case kByteFallback:
        out.byte_fallback = value != 0;
        break;
      case kUnknownId:
        out.unknown = value;
        break;
      case kBeginId:
        out.begin = value;
        break;
      case kEndId:
        out.end = value;
        break;
      case kPaddingId:
        out.padding = value;
        break;
      default:
        break;
    }
  }
}

Status read_normalizer(Bytes message, Settings& out) {
  WireReader in(message, kWhat);
  WireReader::Field field;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) return Status::ok();
    if (field.number == kCharacterMap && field.kind == Kind::kBytes) out.map = as_text(field.bytes);
    if (field.kind != Kind::kVarint) continue;
    if (field.number == kAddDummyPrefix) out.adds_prefix = field.value != 0;
    if (field.number == kRemoveExtraSpaces) out.removes_extra = field.value != 0;
    if (field.number == kEscapeSpaces) out.escapes = field.value != 0;
  }
}

Result<Settings> read_settings(Bytes model) {
  WireReader in(model, kWhat);
  WireReader::Field field;
  Settings settings;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) return settings;
    if (field.kind != Kind::kBytes) continue;
    if (field.number == kTrainer) HARTONOMOUS_CHECK(read_trainer(field.bytes, settings));
    if (field.number == kNormalizer) HARTONOMOUS_CHECK(read_normalizer(field.bytes, settings));
  }
}

void read_special(const Settings& settings, Definition& out) {
  const auto& tokens = out.vocabulary.tokens;
  const auto token = [&](std::int64_t id) -> std::optional<TokenId> {
    if (id < 0 || static_cast<std::uint64_t>(id) >= tokens.size()) return std::nullopt;
    return static_cast<TokenId>(id);
  };
  out.special.unknown = token(settings.unknown);
  out.special.begin = token(settings.begin);
  out.special.end = token(settings.end);
  out.special.padding = token(settings.padding);
  for (TokenId id = 0; id < tokens.size(); ++id) {
    if (tokens[id].type == TokenType::kUnknown) out.special.unknown = id;
    if (tokens[id].type != TokenType::kControl) continue;
    AddedToken& added = out.added.emplace_back();
    added.id = id;
    added.text = tokens[id].bytes;
    added.is_control = true;
  }
}

}  // namespace

Result<Definition> read_sentencepiece_tokenizer(Bytes model, Checkpoint& checkpoint) {
  Definition out;
  HARTONOMOUS_TRY(out.vocabulary, read_sentencepiece_tokens(model, checkpoint));
  HARTONOMOUS_TRY(Settings settings, read_settings(model));
  if (!settings.escapes) {
    return Status(Code::kUnsupported, "SentencePiece models that keep spaces are not supported");
  }
  read_special(settings, out);
  out.normalization.push_back(
      {StepKind::kSentencePiece, "", std::move(settings.map), settings.removes_extra, false});
  out.normalization.push_back({StepKind::kReplace, "\xe2\x96\x81", " ", false, false});
  if (settings.adds_prefix) out.space_prefix = SpacePrefix::kEach;
  out.space_is_suffix = settings.space_is_suffix;
  out.strips_first_space = settings.adds_prefix && !settings.space_is_suffix;
  out.byte_fallback = settings.byte_fallback;
  out.matches_user_defined_inside = out.vocabulary.algorithm == cpe::Algorithm::kSentencePiece;
  out.sums_in_single = true;
  float highest = FLT_MIN;
  for (const cpe::VocabularyToken& token : out.vocabulary.tokens) {
    if (token.type == TokenType::kNormal) highest = std::max(highest, token.score);
  }
  out.user_defined_per_byte = static_cast<double>(highest);
  out.user_defined_score = -0.1;
  collect_ends(out);
  return out;
}

}  // namespace hartonomous::core::tokenizer
