// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/legacy_files.hpp"

#include "core/tokenizer/json_value.hpp"
#include "core/tokenizer/sentencepiece_tokenizer.hpp"
#include "core/tokenizer/token_lists.hpp"
#include "core/tokenizer/tokenizer_json.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenType;

void add_around(const JsonValue& config, bool begins, bool ends, Definition& out) {
  if (config["add_bos_token"].as_flag(begins) && out.special.begin) {
    out.before.push_back(*out.special.begin);
  }
  if (config["add_eos_token"].as_flag(ends) && out.special.end) {
    out.after.push_back(*out.special.end);
  }
}

void add_control_tokens(Definition& out) {
  const auto& tokens = out.vocabulary.tokens;
  for (TokenId id = 0; id < tokens.size(); ++id) {
    const TokenType type = tokens[id].type;
    if (type != TokenType::kControl && type != TokenType::kUnknown) continue;
    AddedToken& added = out.added.emplace_back();
    added.id = id;
    added.text = tokens[id].bytes;
    added.is_control = true;
  }
}

Result<JsonValue> config_of(const HuggingFaceFiles& files, Checkpoint& checkpoint) {
  return parse_json(files.tokenizer_config, "tokenizer_config.json", checkpoint);
}

}  // namespace

Result<Definition> read_sentencepiece_files(std::string_view model,
                                            const HuggingFaceFiles& companions,
                                            Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(Definition out, read_sentencepiece_tokenizer(as_bytes(model), checkpoint));
  HARTONOMOUS_TRY(const JsonValue config, config_of(companions, checkpoint));
  HARTONOMOUS_CHECK(read_companions(companions, out, checkpoint));
  const bool is_unigram = out.vocabulary.algorithm == cpe::Algorithm::kUnigram;
  add_around(config, !is_unigram, is_unigram, out);
  return out;
}

Result<Definition> read_vocabulary_files(std::string_view vocabulary, std::string_view merges,
                                         const HuggingFaceFiles& companions,
                                         Checkpoint& checkpoint) {
  if (merges.empty()) {
    return Status(Code::kNotFound, "vocab.json needs merges.txt beside it");
  }
  Definition out;
  HARTONOMOUS_TRY(out.vocabulary, read_vocab_json(vocabulary, merges, checkpoint));
  HARTONOMOUS_TRY(const JsonValue config, config_of(companions, checkpoint));
  for (const char* key : {"bos_token", "eos_token", "unk_token", "pad_token"}) {
    const JsonValue& value = config[key];
    const std::string_view text =
        value.kind == JsonValue::Kind::kObject ? value["content"].as_text() : value.as_text();
    if (const auto id = find_token(out.vocabulary, text)) {
      out.vocabulary.tokens[*id].type = TokenType::kControl;
    }
  }
  add_control_tokens(out);
  HARTONOMOUS_CHECK(read_companions(companions, out, checkpoint));
  add_around(config, false, false, out);
  return out;
}

Result<Definition> read_word_list(std::string_view list, const HuggingFaceFiles& companions,
                                  Checkpoint& checkpoint) {
  Definition out;
  HARTONOMOUS_TRY(out.vocabulary, read_wordpiece_list(list, checkpoint));
  HARTONOMOUS_TRY(const JsonValue config, config_of(companions, checkpoint));
  out.special.unknown = find_token(out.vocabulary, "[UNK]");
  out.special.classify = out.special.begin = find_token(out.vocabulary, "[CLS]");
  out.special.separator = find_token(out.vocabulary, "[SEP]");
  out.special.padding = find_token(out.vocabulary, "[PAD]");
  out.special.mask = find_token(out.vocabulary, "[MASK]");
  add_control_tokens(out);
  HARTONOMOUS_CHECK(read_companions(companions, out, checkpoint));
  const auto add = [&](StepKind kind) {
    out.normalization.push_back({kind, "", "", false, false});
  };
  const bool lowers = config["do_lower_case"].as_flag(true);
  add(StepKind::kCleanText);
  if (config["tokenize_chinese_chars"].as_flag(true)) add(StepKind::kSpaceCjk);
  if (config["strip_accents"].as_flag(lowers)) {
    add(StepKind::kNfd);
    add(StepKind::kStripAccents);
  }
  if (lowers) add(StepKind::kLowercase);
  out.words = WordRule::kBert;
  out.cleans_up = true;
  if (out.special.classify) out.before.push_back(*out.special.classify);
  if (out.special.separator) out.after.push_back(*out.special.separator);
  return out;
}

}  // namespace hartonomous::core::tokenizer
