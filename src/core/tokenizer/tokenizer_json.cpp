// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/tokenizer_json.hpp"

#include "core/tokenizer/json_members.hpp"
#include "core/tokenizer/known_patterns.hpp"
#include "core/tokenizer/spelled_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::Algorithm;
using cpe::TokenType;
using format::JsonReader;

constexpr unsigned kMaxNesting = 8;  // of pre-tokenizers in sequences
constexpr std::string_view kGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

// How the pre-tokenizers cut a text.
struct Cuts {
  bool is_byte_level = false, is_metaspace = false, adds_space = false;
  std::string expression;
  unsigned expressions = 0;
};

Status read_pre_tokenizer(const JsonValue& from, Cuts& out, unsigned depth) {
  if (from.is_null()) return Status::ok();
  if (depth == kMaxNesting) return {Code::kLimitExceeded, "pre-tokenizers nest too deep"};
  for (const JsonValue& one : from["pretokenizers"].elements) {
    HARTONOMOUS_CHECK(read_pre_tokenizer(one, out, depth + 1));
  }
  const std::string_view type = from["type"].as_text();
  const bool adds_space = from["add_prefix_space"].as_flag(false);
  if (type == "ByteLevel") {
    out.is_byte_level = true;
    out.adds_space |= adds_space;
    if (from["use_regex"].as_flag(true)) {
      ++out.expressions;
      out.expression = kGpt2;
    }
  } else if (type == "Metaspace") {
    out.is_metaspace = true;
    out.adds_space |= adds_space;
  } else if (type != "Sequence" && type != "BertPreTokenizer") {
    ++out.expressions;
    out.expression = from["pattern"]["Regex"].as_text(type);
  }
  return Status::ok();
}

// The pieces <0x00>..<0xFF> of a vocabulary that falls back to them are bytes.
void mark_bytes(SpelledVocabulary& spelled) {
  for (SpelledToken& token : spelled.tokens) {
    if (token.spelling.size() == 6 && token.spelling.starts_with("<0x") &&
        token.spelling[5] == '>') {
      token.type = TokenType::kByte;
    }
  }
}

Result<Spelling> spelling_of(const TokenizerJsonFile& file, bool is_byte_level) {
  if (file.type == "WordPiece") return Spelling::kWordPiece;
  if (file.type == "Unigram") return Spelling::kMetaspace;
  if (file.type != "BPE") {
    return Status(Code::kUnsupported, "tokenizer model " + quoted(file.type) + " is not supported");
  }
  if (!file.subword_prefix.empty()) {
    return Status(Code::kUnsupported, "merges with a prefix inside words are not supported");
  }
  return is_byte_level ? Spelling::kByteLevel : Spelling::kMetaspace;
}

}  // namespace

Result<cpe::VocabularyContent> vocabulary_of(TokenizerJsonFile& file, Checkpoint& checkpoint) {
  Cuts cuts;
  HARTONOMOUS_CHECK(read_pre_tokenizer(file.pre_tokenizer, cuts, 0));
  HARTONOMOUS_TRY(const Spelling spelling, spelling_of(file, cuts.is_byte_level));
  cpe::VocabularyContent out;
  out.adds_space = cuts.adds_space;
  out.ignore_merges = file.ignore_merges;
  out.units_are_bytes = cuts.is_byte_level;
  if (file.type == "WordPiece") out.algorithm = Algorithm::kWordPiece;
  if (file.type == "Unigram") out.algorithm = Algorithm::kUnigram;
  if (cuts.expressions == 1) {
    const std::string_view known = pattern_of_expression(cuts.expression);
    out.pattern = known.empty() ? cuts.expression : std::string(known);
  } else if (cuts.expressions > 1) {
    out.pattern = "several expressions";
  }
  if (file.type == "BPE" && !cuts.is_byte_level) out.pattern = "metaspace";
  if (!file.normalizer.is_null() && file.type == "BPE") out.pattern.insert(0, "normalized, ");
  if (file.byte_fallback) mark_bytes(file.spelled);
  if (file.unknown < file.spelled.tokens.size()) {
    file.spelled.tokens[file.unknown].type = TokenType::kUnknown;
  }
  for (const TokenizerJsonFile::Added& added : file.added) {
    const TokenType type = added.is_special ? TokenType::kControl : TokenType::kUserDefined;
    HARTONOMOUS_CHECK(file.spelled.put(added.id, {added.text, type, 0, true}));
  }
  HARTONOMOUS_CHECK(read_spelling(file.spelled, spelling, out, checkpoint));
  return out;
}

Result<cpe::VocabularyContent> read_tokenizer_json(std::string_view json, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(TokenizerJsonFile file, read_tokenizer_json_file(json, checkpoint));
  return vocabulary_of(file, checkpoint);
}

Result<cpe::VocabularyContent> read_vocab_json(std::string_view json, std::string_view merges,
                                               Checkpoint& checkpoint) {
  JsonReader in(json, "vocab.json", 0, checkpoint);
  SpelledVocabulary spelled;
  HARTONOMOUS_CHECK(for_members(in, [&](const std::string& key) -> Status {
    HARTONOMOUS_TRY(const std::uint64_t id, in.read_uint64());
    return spelled.add(id, {key, TokenType::kNormal, 0, false});
  }));
  HARTONOMOUS_CHECK(in.finish());
  for (std::size_t line_number = 0; !merges.empty(); ++line_number) {
    const std::size_t end = std::min(merges.find('\n'), merges.size());
    std::string_view line = merges.substr(0, end);
    merges.remove_prefix(std::min(end + 1, merges.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (line_number == 0 && line.starts_with("#version"))) continue;
    HARTONOMOUS_CHECK(spelled.add_merge(line));
    if (line_number % 4096 == 0) checkpoint.reached(0);
  }
  cpe::VocabularyContent vocabulary;
  vocabulary.pattern = "gpt2";
  HARTONOMOUS_CHECK(read_spelling(spelled, Spelling::kByteLevel, vocabulary, checkpoint));
  return vocabulary;
}

bool looks_like_vocab_json(std::string_view json, Checkpoint& checkpoint) {
  JsonReader in(json, "vocab.json", 0, checkpoint);
  std::string key;
  if (!in.begin_object().is_ok()) return false;
  const auto more = in.next_key(key);
  return more.is_ok() && more.value() && in.read_uint64().is_ok();
}

}  // namespace hartonomous::core::tokenizer
