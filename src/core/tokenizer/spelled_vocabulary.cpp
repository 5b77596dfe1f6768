// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/spelled_vocabulary.hpp"

#include "core/base/utf8.hpp"
#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/spelling_index.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenType;

constexpr std::string_view kMarker = "\xe2\x96\x81";  // U+2581
constexpr std::size_t kPerCheckpoint = 4096;
// A byte takes at most three bytes to spell.
constexpr std::size_t kMaxSpelling = 3 * cpe::kMaxTokenBytes;

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// <0xNN>
bool read_byte_token(std::string_view spelling, std::string& out) {
  if (spelling.size() != 6 || !spelling.starts_with("<0x") || spelling[5] != '>') return false;
  const int high = hex_digit(spelling[3]), low = hex_digit(spelling[4]);
  if (high < 0 || low < 0) return false;
  out.assign(1, static_cast<char>(high * 16 + low));
  return true;
}

std::string with_spaces(std::string_view spelling) {
  std::string out;
  while (!spelling.empty()) {
    const std::size_t at = spelling.find(kMarker);
    out += spelling.substr(0, at);
    if (at == spelling.npos) break;
    out += ' ';
    spelling.remove_prefix(at + kMarker.size());
  }
  return out;
}

// What one token stands for; false if its spelling breaks the rules.
bool read_token(const SpelledToken& from, Spelling spelling, cpe::VocabularyToken& out) {
  out.type = from.type;
  out.score = static_cast<float>(from.score);
  out.bytes = from.spelling;
  if (from.is_literal || from.type == TokenType::kControl || from.type == TokenType::kUnknown) {
    return true;
  }
  switch (spelling) {
    case Spelling::kByteLevel: {
      std::string bytes;
      if (append_spelled_bytes(from.spelling, bytes)) {
        out.bytes = std::move(bytes);
        return true;
      }
      // A model's special tokens stand in its table as texts.
      out.type = TokenType::kUserDefined;
      return true;
    }
    case Spelling::kMetaspace:
      if (from.type == TokenType::kByte) return read_byte_token(from.spelling, out.bytes);
      out.bytes = with_spaces(from.spelling);
      return true;
    case Spelling::kWordPiece:
      if (out.bytes.size() > 2 && out.bytes.starts_with("##")) {
        out.bytes.erase(0, 2);
        out.continues_word = true;
      }
      return true;
    case Spelling::kWordStart:
      if (out.bytes.size() > kMarker.size() && out.bytes.starts_with(kMarker)) {
        out.bytes.erase(0, kMarker.size());
      } else {
        out.continues_word = out.type == TokenType::kNormal;
      }
      return true;
  }
  return false;
}

Status read_merges(const SpelledVocabulary& from, cpe::VocabularyContent& out,
                   Checkpoint& checkpoint) {
  if (from.merges.empty()) return Status::ok();
  SpellingIndex index;
  index.reserve(from.tokens.size());
  for (std::uint32_t id = 0; id < from.tokens.size(); ++id) {
    const SpelledToken& token = from.tokens[id];
    if (token.type != TokenType::kUnused && !token.is_literal) index.add(token.spelling, id);
  }
  index.build(checkpoint);
  std::string whole;
  out.merges.reserve(from.merges.size());
  for (const auto& [left, right] : from.merges) {
    whole = left;
    whole += right;
    const auto a = index.find(left), b = index.find(right), c = index.find(whole);
    if (!a || !b || !c) {
      return Status(Code::kMalformed, "merge of what is no token")
          .with_detail("Merge " + std::to_string(out.merges.size()) + " is " + quoted(left) +
                       " and " + quoted(right) + ".");
    }
    out.merges.push_back({*a, *b, *c});
    if (out.merges.size() % kPerCheckpoint == 0) checkpoint.reached(0);
  }
  return Status::ok();
}

}  // namespace

Status SpelledVocabulary::put(std::uint64_t number, SpelledToken token) {
  if (number >= cpe::kMaxTokens) {
    return Status(Code::kLimitExceeded, "vocabulary has too many tokens")
        .with_detail("Token " + std::to_string(number) + " is over the limit of " +
                     std::to_string(cpe::kMaxTokens) + ".");
  }
  if (token.spelling.size() > kMaxSpelling) {
    return {Code::kLimitExceeded, "token " + std::to_string(number) + " is too long"};
  }
  if (number >= tokens.size()) tokens.resize(number + 1);
  tokens[number] = std::move(token);
  return Status::ok();
}

Status SpelledVocabulary::add(std::uint64_t number, SpelledToken token) {
  if (number < tokens.size() && tokens[number].type != TokenType::kUnused) {
    return {Code::kMalformed, "token " + std::to_string(number) + " is there twice"};
  }
  return put(number, std::move(token));
}

Status SpelledVocabulary::add_merge(std::string_view line) {
  const std::size_t space = line.find(' ', 1);
  if (space == line.npos || space + 1 == line.size()) {
    return Status(Code::kMalformed, "merge without two parts")
        .with_detail("It is " + quoted(line) + ".");
  }
  if (merges.size() >= cpe::kMaxTokens) {
    return {Code::kLimitExceeded, "vocabulary has too many merges"};
  }
  merges.emplace_back(line.substr(0, space), line.substr(space + 1));
  return Status::ok();
}

Status read_spelling(const SpelledVocabulary& from, Spelling spelling, cpe::VocabularyContent& out,
                     Checkpoint& checkpoint) {
  out.tokens.resize(from.tokens.size());
  for (std::size_t id = 0; id < from.tokens.size(); ++id) {
    if (!read_token(from.tokens[id], spelling, out.tokens[id])) {
      return Status(Code::kMalformed, "token " + std::to_string(id) + " is misspelt")
          .with_detail("It is " + quoted(from.tokens[id].spelling) + ".");
    }
    if (id % kPerCheckpoint == 0) checkpoint.reached(0);
  }
  return read_merges(from, out, checkpoint);
}

}  // namespace hartonomous::core::tokenizer
