// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/huggingface_tokenizer.hpp"

#include "core/tokenizer/end_of_generation.hpp"
#include "core/tokenizer/huggingface_settings.hpp"
#include "core/tokenizer/tokenizer_json.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::Algorithm;
using cpe::TokenType;

// A token's text, stated plainly or as an object with its content.
std::string_view token_text(const JsonValue& value) noexcept {
  return value.kind == JsonValue::Kind::kObject ? value["content"].as_text() : value.as_text();
}

void read_special(const JsonValue& config, Definition& out) {
  const auto find = [&](const char* key) {
    return find_token(out.vocabulary, token_text(config[key]));
  };
  SpecialTokens& special = out.special;
  const auto set = [&](std::optional<TokenId>& id, const char* key) {
    if (const auto found = find(key)) id = found;
  };
  set(special.begin, "bos_token");
  set(special.end, "eos_token");
  if (!special.unknown) set(special.unknown, "unk_token");
  set(special.separator, "sep_token");
  set(special.classify, "cls_token");
  set(special.padding, "pad_token");
  set(special.mask, "mask_token");
}

void read_end_ids(const JsonValue& config, Definition& out) {
  const auto take = [&](const JsonValue& value) {
    const auto id = value.as_number();
    if (id && *id < out.vocabulary.tokens.size()) out.special.end_of_generation.push_back(*id);
  };
  take(config["eos_token_id"]);
  for (const JsonValue& one : config["eos_token_id"].elements) take(one);
}

void enter_added_tokens(const TokenizerJsonFile& file, Definition& out) {
  for (const TokenizerJsonFile::Added& from : file.added) {
    AddedToken& token = out.added.emplace_back();
    token.id = static_cast<TokenId>(from.id);
    token.text = from.text;
    token.is_control = from.is_special;
    token.is_normalized = from.is_normalized;
    token.takes_left_space = from.takes_left_space;
    token.takes_right_space = from.takes_right_space;
    token.is_whole_word = from.is_whole_word;
  }
}

}  // namespace

std::optional<TokenId> find_token(const cpe::VocabularyContent& vocabulary, std::string_view text) {
  if (text.empty()) return std::nullopt;
  for (TokenId id = 0; id < vocabulary.tokens.size(); ++id) {
    const cpe::VocabularyToken& token = vocabulary.tokens[id];
    if (token.bytes == text && token.type != TokenType::kUnused) return id;
  }
  return std::nullopt;
}

Status read_companions(const HuggingFaceFiles& files, Definition& out, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const JsonValue config,
                  parse_json(files.tokenizer_config, "tokenizer_config.json", checkpoint));
  read_special(config, out);
  for (const auto& [text, what] : {std::pair{files.generation_config, "generation_config.json"},
                                   std::pair{files.config, "config.json"}}) {
    HARTONOMOUS_TRY(const JsonValue more, parse_json(text, what, checkpoint));
    read_end_ids(more, out);
  }
  collect_ends(out);
  return Status::ok();
}

Result<Definition> read_huggingface_tokenizer(const HuggingFaceFiles& files,
                                              Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(TokenizerJsonFile file, read_tokenizer_json_file(files.tokenizer, checkpoint));
  if (!file.word_suffix.empty()) {
    return Status(Code::kUnsupported, "merges with a suffix at the end of words are not supported");
  }
  Definition out;
  HARTONOMOUS_TRY(out.vocabulary, vocabulary_of(file, checkpoint));
  enter_added_tokens(file, out);
  HARTONOMOUS_CHECK(read_normalizer(file.normalizer, out));
  HARTONOMOUS_CHECK(read_pre_tokenizer(file.pre_tokenizer, out));
  HARTONOMOUS_CHECK(read_post_processor(file.post_processor, out));
  read_decoder(file.decoder, out);
  if (out.vocabulary.algorithm == Algorithm::kUnigram) {
    for (const SpelledToken& token : file.spelled.tokens) out.scores.push_back(token.score);
  }
  out.byte_fallback = file.byte_fallback;
  out.fuses_unknown = file.type == "Unigram" || file.fuses_unknown;
  out.longest_word = file.longest_word;
  if (file.unknown < out.vocabulary.tokens.size()) {
    out.special.unknown = static_cast<TokenId>(file.unknown);
  } else {
    out.special.unknown = find_token(out.vocabulary, file.unknown_text);
  }
  out.drops_unknown = file.type == "BPE" && !out.special.unknown;
  const bool has_metaspace =
      !out.vocabulary.units_are_bytes && out.vocabulary.algorithm != Algorithm::kWordPiece;
  if (has_metaspace) {
    out.normalization.push_back({StepKind::kReplace, "\xe2\x96\x81", " ", false, false});
  }
  HARTONOMOUS_CHECK(read_companions(files, out, checkpoint));
  return out;
}

}  // namespace hartonomous::core::tokenizer
