// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/tokenizer_json_file.hpp"

#include "core/tokenizer/decimal_score.hpp"
#include "core/tokenizer/json_members.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenType;
using format::JsonReader;

// A string, or nothing if it is null.
Status read_optional_string(JsonReader& in, std::string& out) {
  return in.skip_null() ? Status::ok() : in.read_string(out);
}
Status read_flag(JsonReader& in, bool& out) {
  if (in.skip_null()) return Status::ok();
  HARTONOMOUS_TRY(out, in.read_bool());
  return Status::ok();
}
Status read_optional_number(JsonReader& in, std::uint64_t& out) {
  if (in.skip_null()) return Status::ok();
  HARTONOMOUS_TRY(out, in.read_uint64());
  return Status::ok();
}

Status read_added_token(JsonReader& in, TokenizerJsonFile& out) {
  TokenizerJsonFile::Added token;
  bool states_normalized = false;
  HARTONOMOUS_CHECK(for_members(in, [&](const std::string& key) -> Status {
    if (key == "content") return in.read_string(token.text);
    if (key == "id") return read_optional_number(in, token.id);
    if (key == "special") return read_flag(in, token.is_special);
    if (key == "lstrip") return read_flag(in, token.takes_left_space);
    if (key == "rstrip") return read_flag(in, token.takes_right_space);
    if (key == "single_word") return read_flag(in, token.is_whole_word);
    if (key == "normalized") {
      states_normalized = true;
      return read_flag(in, token.is_normalized);
    }
    return in.skip_value();
  }));
  if (!states_normalized) token.is_normalized = !token.is_special;
  if (token.id == UINT64_MAX) return in.error("an added token needs an id");
  if (out.added.size() >= cpe::kMaxTokens) {
    return {Code::kLimitExceeded, "vocabulary has too many tokens"};
  }
  out.added.push_back(std::move(token));
  return Status::ok();
}

Status read_vocabulary(JsonReader& in, TokenizerJsonFile& out) {
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
    HARTONOMOUS_TRY(const std::string_view score, in.read_number());
    token.score = score_as_read(score);
    HARTONOMOUS_TRY(more, in.next_element());
    if (more) return in.error("a piece and its score are expected");
    return out.spelled.put(out.spelled.tokens.size(), std::move(token));
  });
}

Status read_merge(JsonReader& in, TokenizerJsonFile& out) {
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

Status read_model(JsonReader& in, TokenizerJsonFile& out) {
  return for_members(in, [&](const std::string& key) -> Status {
    if (key == "type") return in.read_string(out.type);
    if (key == "vocab") return read_vocabulary(in, out);
    if (key == "merges") return for_elements(in, [&] { return read_merge(in, out); });
    if (key == "byte_fallback") return read_flag(in, out.byte_fallback);
    if (key == "ignore_merges") return read_flag(in, out.ignore_merges);
    if (key == "fuse_unk") return read_flag(in, out.fuses_unknown);
    if (key == "continuing_subword_prefix") return read_optional_string(in, out.subword_prefix);
    if (key == "end_of_word_suffix") return read_optional_string(in, out.word_suffix);
    if (key == "unk_token") return read_optional_string(in, out.unknown_text);
    if (key == "unk_id") return read_optional_number(in, out.unknown);
    if (key == "max_input_chars_per_word") return read_optional_number(in, out.longest_word);
    return in.skip_value();
  });
}

Status read_members(JsonReader& in, TokenizerJsonFile& out) {
  return for_members(in, [&](const std::string& key) -> Status {
    if (key == "model") return read_model(in, out);
    if (key == "added_tokens") {
      if (in.skip_null()) return Status::ok();
      return for_elements(in, [&] { return read_added_token(in, out); });
    }
    JsonValue* value = key == "normalizer"       ? &out.normalizer
                       : key == "pre_tokenizer"  ? &out.pre_tokenizer
                       : key == "post_processor" ? &out.post_processor
                       : key == "decoder"        ? &out.decoder
                                                 : nullptr;
    if (value == nullptr) return in.skip_value();
    HARTONOMOUS_TRY(*value, read_json_value(in));
    return Status::ok();
  });
}

}  // namespace

Result<TokenizerJsonFile> read_tokenizer_json_file(std::string_view json, Checkpoint& checkpoint) {
  JsonReader in(json, "tokenizer.json", 0, checkpoint);
  TokenizerJsonFile file;
  HARTONOMOUS_CHECK(read_members(in, file));
  HARTONOMOUS_CHECK(in.finish());
  if (file.spelled.tokens.empty()) {
    return Status(Code::kMalformed, "tokenizer.json has no vocabulary");
  }
  if (file.type.empty()) file.type = file.has_scores ? "Unigram" : "BPE";
  return file;
}

}  // namespace hartonomous::core::tokenizer
