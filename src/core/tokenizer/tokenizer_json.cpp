// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/tokenizer_json.hpp"

#include "core/format/json_reader.hpp"
#include "core/tokenizer/known_patterns.hpp"
#include "core/tokenizer/spelled_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::Algorithm;
using cpe::TokenType;
using format::JsonReader;

constexpr const char* kWhat = "tokenizer.json";
constexpr unsigned kMaxNesting = 8;  // of pre-tokenizers in sequences

// What the file says, member by member: JSON has no order.
struct Collected {
  SpelledVocabulary spelled;
  std::vector<std::pair<std::uint64_t, SpelledToken>> added;
  std::string type;         // of the model
  bool has_scores = false;  // its vocabulary is an array of pieces with scores
  bool is_byte_level = false;
  bool is_metaspace = false;
  bool byte_fallback = false;
  bool ignore_merges = false;
  bool adds_space = false;
  bool normalizes = false;
  std::uint64_t unknown = UINT64_MAX;
  std::string subword_prefix;
  std::string expression;
  unsigned expressions = 0;
};

// Calls member(key) for each member of the object that comes next.
template <class F>
Status for_members(JsonReader& in, F&& member) {
  HARTONOMOUS_CHECK(in.begin_object());
  std::string key;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next_key(key));
    if (!more) return Status::ok();
    HARTONOMOUS_CHECK(member(key));
  }
}

template <class F>
Status for_elements(JsonReader& in, F&& element) {
  HARTONOMOUS_CHECK(in.begin_array());
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next_element());
    if (!more) return Status::ok();
    HARTONOMOUS_CHECK(element());
  }
}

// A string, or nothing if it is null.
Status read_optional_string(JsonReader& in, std::string& out) {
  return in.skip_null() ? Status::ok() : in.read_string(out);
}
Status read_flag(JsonReader& in, bool& out) {
  if (in.skip_null()) return Status::ok();
  HARTONOMOUS_TRY(out, in.read_bool());
  return Status::ok();
}

Status read_added_token(JsonReader& in, Collected& out) {
  SpelledToken token;
  token.is_literal = true;
  token.type = TokenType::kUserDefined;
  std::uint64_t id = UINT64_MAX;
  const auto member = [&](const std::string& key) -> Status {
    if (key == "content") return in.read_string(token.spelling);
    if (key == "id") {
      HARTONOMOUS_TRY(id, in.read_uint64());
      return Status::ok();
    }
    if (key == "special") {
      bool is_special = false;
      HARTONOMOUS_CHECK(read_flag(in, is_special));
      if (is_special) token.type = TokenType::kControl;
      return Status::ok();
    }
    return in.skip_value();
  };
  HARTONOMOUS_CHECK(for_members(in, member));
  if (id == UINT64_MAX) return in.error("an added token needs an id");
  if (out.added.size() >= cpe::kMaxTokens) {
    return {Code::kLimitExceeded, "vocabulary has too many tokens"};
  }
  out.added.emplace_back(id, std::move(token));
  return Status::ok();
}

Status read_pre_tokenizer(JsonReader& in, Collected& out, unsigned depth) {
  if (in.skip_null()) return Status::ok();
  if (depth == kMaxNesting) return {Code::kLimitExceeded, "pre-tokenizers nest too deep"};
  std::string type, expression;
  bool adds_space = false, uses_expression = true;
  HARTONOMOUS_CHECK(for_members(in, [&](const std::string& key) -> Status {
    if (key == "type") return in.read_string(type);
    if (key == "add_prefix_space") return read_flag(in, adds_space);
    if (key == "use_regex") return read_flag(in, uses_expression);
    if (key == "pretokenizers") {
      return for_elements(in, [&] { return read_pre_tokenizer(in, out, depth + 1); });
    }
    if (key == "pattern" && in.peek() == '{') {
      return for_members(in, [&](const std::string& kind) -> Status {
        return kind == "Regex" ? in.read_string(expression) : in.skip_value();
      });
    }
    return in.skip_value();
  }));
  if (type == "ByteLevel") {
    out.is_byte_level = true;
    out.adds_space |= adds_space;
    if (uses_expression) {
      ++out.expressions;
      out.expression =
          R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
    }
  } else if (type == "Metaspace") {
    out.is_metaspace = true;
    out.adds_space |= adds_space;
  } else if (type != "Sequence" && type != "BertPreTokenizer") {
    ++out.expressions;
    out.expression = expression.empty() ? type : expression;
  }
  return Status::ok();
}

Status read_vocabulary(JsonReader& in, Collected& out) {
  if (in.peek() == '{') {
    return for_members(in, [&](const std::string& key) -> Status {
      HARTONOMOUS_TRY(const std::uint64_t id, in.read_uint64());
      return out.spelled.add(id, {key, TokenType::kNormal, 0, false});
    });
  }
  out.has_scores = true;
  return for_elements(in, [&]() -> Status {
    SpelledToken token;
    token.type = TokenType::kNormal;
    HARTONOMOUS_CHECK(in.begin_array());
    HARTONOMOUS_TRY(bool more, in.next_element());
    if (!more) return in.error("a piece and its score are expected");
    HARTONOMOUS_CHECK(in.read_string(token.spelling));
    HARTONOMOUS_TRY(more, in.next_element());
    if (!more) return in.error("a score is expected");
    HARTONOMOUS_TRY(const double score, in.read_double());
    token.score = static_cast<float>(score);
    HARTONOMOUS_TRY(more, in.next_element());
    if (more) return in.error("a piece and its score are expected");
    return out.spelled.put(out.spelled.tokens.size(), std::move(token));
  });
}

Status read_merge(JsonReader& in, Collected& out) {
  std::string text;
  if (in.peek() == '"') {
    HARTONOMOUS_CHECK(in.read_string(text));
    return out.spelled.add_merge(text);
  }
  std::vector<std::string> parts;
  HARTONOMOUS_CHECK(for_elements(in, [&]() -> Status {
    if (parts.size() == 2) return in.error("a merge has two parts");
    return in.read_string(parts.emplace_back());
  }));
  if (parts.size() != 2) return in.error("a merge has two parts");
  if (out.spelled.merges.size() >= cpe::kMaxTokens) {
    return {Code::kLimitExceeded, "vocabulary has too many merges"};
  }
  out.spelled.merges.emplace_back(std::move(parts[0]), std::move(parts[1]));
  return Status::ok();
}

Status read_model(JsonReader& in, Collected& out) {
  return for_members(in, [&](const std::string& key) -> Status {
    if (key == "type") return in.read_string(out.type);
    if (key == "vocab") return read_vocabulary(in, out);
    if (key == "merges") return for_elements(in, [&] { return read_merge(in, out); });
    if (key == "byte_fallback") return read_flag(in, out.byte_fallback);
    if (key == "ignore_merges") return read_flag(in, out.ignore_merges);
    if (key == "continuing_subword_prefix") return read_optional_string(in, out.subword_prefix);
    if (key == "unk_id" && !in.skip_null()) {
      HARTONOMOUS_TRY(out.unknown, in.read_uint64());
      return Status::ok();
    }
    return key == "unk_id" ? Status::ok() : in.skip_value();
  });
}

Status read_all(JsonReader& in, Collected& out) {
  HARTONOMOUS_CHECK(for_members(in, [&](const std::string& key) -> Status {
    if (key == "model") return read_model(in, out);
    if (key == "pre_tokenizer") return read_pre_tokenizer(in, out, 0);
    if (key == "normalizer" && !in.skip_null()) {
      out.normalizes = true;
      return in.skip_value();
    }
    if (key == "normalizer") return Status::ok();
    if (key == "added_tokens") {
      return for_elements(in, [&] { return read_added_token(in, out); });
    }
    return in.skip_value();
  }));
  return in.finish();
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

Result<Spelling> settle(Collected& in, cpe::VocabularyContent& out) {
  if (in.type.empty()) in.type = in.has_scores ? "Unigram" : "BPE";
  out.adds_space = in.adds_space;
  out.ignore_merges = in.ignore_merges;
  if (in.expressions == 1) {
    const std::string_view known = pattern_of_expression(in.expression);
    out.pattern = known.empty() ? in.expression : std::string(known);
  } else if (in.expressions > 1) {
    out.pattern = "several expressions";
  }
  if (in.type == "BPE" && !in.is_byte_level) out.pattern = "metaspace";
  if (in.normalizes && in.type == "BPE") out.pattern.insert(0, "normalized, ");
  if (in.byte_fallback) mark_bytes(in.spelled);
  out.units_are_bytes = in.is_byte_level;
  if (in.type == "WordPiece") {
    out.algorithm = Algorithm::kWordPiece;
    return Spelling::kWordPiece;
  }
  if (in.type == "Unigram") {
    out.algorithm = Algorithm::kUnigram;
    return Spelling::kMetaspace;
  }
  if (in.type != "BPE") {
    return Status(Code::kUnsupported, "tokenizer model " + quoted(in.type) + " is not supported");
  }
  if (!in.subword_prefix.empty()) {
    return Status(Code::kUnsupported, "merges with a prefix inside words are not supported");
  }
  return in.is_byte_level ? Spelling::kByteLevel : Spelling::kMetaspace;
}

}  // namespace

Result<cpe::VocabularyContent> read_tokenizer_json(std::string_view json, Checkpoint& checkpoint) {
  JsonReader in(json, kWhat, 0, checkpoint);
  Collected collected;
  HARTONOMOUS_CHECK(read_all(in, collected));
  if (collected.spelled.tokens.empty()) {
    return Status(Code::kMalformed, "tokenizer.json has no vocabulary");
  }
  cpe::VocabularyContent vocabulary;
  HARTONOMOUS_TRY(const Spelling spelling, settle(collected, vocabulary));
  if (collected.unknown < collected.spelled.tokens.size()) {
    collected.spelled.tokens[collected.unknown].type = TokenType::kUnknown;
  }
  for (auto& [id, token] : collected.added) {
    HARTONOMOUS_CHECK(collected.spelled.put(id, std::move(token)));
  }
  HARTONOMOUS_CHECK(read_spelling(collected.spelled, spelling, vocabulary, checkpoint));
  return vocabulary;
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
