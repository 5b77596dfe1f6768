// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/gguf_tokenizer.hpp"

#include "core/tokenizer/end_of_generation.hpp"
#include "core/tokenizer/gguf_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::Algorithm;
using cpe::TokenType;

constexpr const char* kMarker = "\xe2\x96\x81";  // U+2581

class Keys {
 public:
  explicit Keys(const format::Metadata& metadata) : metadata_(metadata) {}

  bool flag(const char* key, bool otherwise) const {
    const format::MetadataValue* value = metadata_.find(std::string("tokenizer.ggml.") + key);
    const bool* found = value == nullptr ? nullptr : std::get_if<bool>(value);
    return found == nullptr ? otherwise : *found;
  }
  // A token's number, or `otherwise` if the key is missing or says none that exists.
  std::optional<TokenId> token(const char* key, std::optional<TokenId> otherwise,
                               std::size_t tokens) const {
    const auto found = metadata_.find_uint64(std::string("tokenizer.ggml.") + key);
    if (found && *found < tokens) return static_cast<TokenId>(*found);
    return otherwise && *otherwise < tokens ? otherwise : std::nullopt;
  }
  std::string text(const char* key) const {
    const std::string* found = metadata_.find_string(key);
    return found == nullptr ? std::string() : *found;
  }
  std::string bytes(const char* key) const {
    const format::MetadataValue* value = metadata_.find(std::string("tokenizer.ggml.") + key);
    const auto* array = value == nullptr ? nullptr : std::get_if<format::MetadataArray>(value);
    std::string out;
    for (std::uint64_t i = 0; array != nullptr && i < array->size(); ++i) {
      out += static_cast<char>(array->as_int64(i).value_or(0));
    }
    return out;
  }

 private:
  const format::Metadata& metadata_;
};

// What a kind of tokenizer has where the file says nothing.
struct Defaults {
  bool adds_begin = false, adds_end = false, adds_separator = false;
  std::optional<TokenId> begin, end, unknown, separator, padding, mask;
};

Defaults defaults_of(Algorithm algorithm, const std::string& pre) {
  switch (algorithm) {
    case Algorithm::kSentencePiece:
      return {true, false, false, 1, 2, 0, {}, {}, {}};
    case Algorithm::kWordPiece:
      return {true, false, true, 101, {}, 100, 102, 0, 103};
    case Algorithm::kUnigram:
      return {false, true, false, {}, 1, 2, {}, 0, {}};
    case Algorithm::kPairs:
      break;
  }
  Defaults pairs;
  for (const char* one : {"llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral",
                          "midm-2.0", "lfm2", "jina-v5-nano", "tekken", "chameleon"}) {
    pairs.adds_begin |= pre == one;
  }
  for (const char* one : {"jina-v1-en", "jina-v2-code", "roberta-bpe"}) {
    pairs.adds_separator |= pre == one;
  }
  return pairs;
}

void read_special(const Keys& keys, const Defaults& defaults, Definition& out) {
  const std::size_t tokens = out.vocabulary.tokens.size();
  SpecialTokens& special = out.special;
  special.begin = keys.token("bos_token_id", defaults.begin, tokens);
  special.end = keys.token("eos_token_id", defaults.end, tokens);
  special.unknown = keys.token("unknown_token_id", defaults.unknown, tokens);
  special.separator = keys.token("seperator_token_id", defaults.separator, tokens);
  special.classify = keys.token("cls_token_id", special.begin, tokens);
  special.padding = keys.token("padding_token_id", defaults.padding, tokens);
  special.mask = keys.token("mask_token_id", defaults.mask, tokens);
  for (const char* key : {"eot_token_id", "eom_token_id"}) {
    if (const auto end = keys.token(key, {}, tokens)) special.end_of_generation.push_back(*end);
  }
  if (keys.flag("add_bos_token", defaults.adds_begin) && special.begin) {
    out.before.push_back(*special.begin);
  }
  const bool adds_separator = keys.flag("add_sep_token", defaults.adds_separator);
  if (adds_separator && special.separator) out.after.push_back(*special.separator);
  if (keys.flag("add_eos_token", defaults.adds_end) && special.end) {
    out.after.push_back(*special.end);
  }
}

// Phi-3's special tokens take the white space after them along; the file does not say it.
void set_space_after(const std::string& model, Definition& out) {
  bool is_phi3 = false;
  for (const char* name : {"phi-3", "phi3", "Phi-3", "Phi3", "PHI-3"}) {
    is_phi3 |= model.find(name) != model.npos;
  }
  if (!is_phi3) return;
  for (AddedToken& token : out.added) {
    token.takes_right_space =
        token.text != "<unk>" && token.text != "<s>" && token.text != "<|endoftext|>";
  }
}

void add_special_texts(Definition& out) {
  const auto& tokens = out.vocabulary.tokens;
  for (TokenId id = 0; id < tokens.size(); ++id) {
    const TokenType type = tokens[id].type;
    const bool is_control = type == TokenType::kControl || type == TokenType::kUnknown;
    if (!is_control && type != TokenType::kUserDefined) continue;
    AddedToken& token = out.added.emplace_back();
    token.id = id;
    token.text = tokens[id].bytes;
    token.is_control = is_control;
  }
}

void read_spaces(const Keys& keys, Definition& out) {
  const Algorithm algorithm = out.vocabulary.algorithm;
  const bool is_sentencepiece = algorithm == Algorithm::kSentencePiece;
  if (!is_sentencepiece && algorithm != Algorithm::kUnigram) return;
  if (keys.flag("add_space_prefix", is_sentencepiece)) out.space_prefix = SpacePrefix::kEach;
  out.strips_first_space = out.space_prefix != SpacePrefix::kNever;
  if (algorithm == Algorithm::kUnigram) {
    const bool removes_extra = keys.flag("remove_extra_whitespaces", false);
    out.normalization.push_back(
        {StepKind::kSentencePiece, "", keys.bytes("precompiled_charsmap"), removes_extra, false});
  }
  out.normalization.push_back({StepKind::kReplace, kMarker, " ", false, false});
  out.byte_fallback = is_sentencepiece;
}

}  // namespace

Result<Definition> read_gguf_tokenizer(const format::Metadata& metadata, Checkpoint& checkpoint) {
  Definition out;
  HARTONOMOUS_TRY(out.vocabulary, read_gguf_tokens(metadata, checkpoint));
  const Keys keys(metadata);
  const std::string pre = keys.text("tokenizer.ggml.pre");
  read_special(keys, defaults_of(out.vocabulary.algorithm, pre), out);
  add_special_texts(out);
  set_space_after(keys.text("general.name"), out);
  read_spaces(keys, out);
  if (out.vocabulary.algorithm == Algorithm::kWordPiece) {
    out.words = WordRule::kBert;
    out.cleans_up = true;
    out.normalization = {{StepKind::kCleanText, "", "", false, false},
                         {StepKind::kSpaceCjk, "", "", false, false},
                         {StepKind::kNfd, "", "", false, false},
                         {StepKind::kStripAccents, "", "", false, false},
                         {StepKind::kLowercase, "", "", false, false}};
  }
  collect_ends(out);
  return out;
}

}  // namespace hartonomous::core::tokenizer
