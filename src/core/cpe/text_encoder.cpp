// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/text_encoder.hpp"

#include "core/base/utf8.hpp"

namespace hartonomous::core::cpe {

namespace {

using VocabularyResult = Result<std::shared_ptr<const Vocabulary>>;

Status cannot_encode(std::string reason, std::string hint) {
  return Status(Code::kUnsupported, "encoding with this vocabulary is not supported")
      .with_detail(std::move(reason))
      .with_hint(std::move(hint));
}

VocabularyResult vocabulary_of(const VocabularyContent& content, Checkpoint& checkpoint) {
  const Unit unit = content.units_are_bytes ? Unit::kByte : Unit::kCodepoint;
  const WholePiece whole = content.ignore_merges ? WholePiece::kFirst : WholePiece::kMerge;
  std::vector<Token> tokens;
  std::vector<RankedToken> ranked;
  std::vector<bool> is_merged(content.tokens.size());
  for (const TokenMerge& merge : content.merges) {
    for (const TokenId id : {merge.left, merge.right, merge.token}) {
      if (id < is_merged.size()) is_merged[id] = true;
    }
  }
  for (TokenId id = 0; id < content.tokens.size(); ++id) {
    const VocabularyToken& token = content.tokens[id];
    const bool is_special = token.type != TokenType::kNormal && !is_merged[id];
    if (is_special || token.bytes.empty()) continue;
    if (content.merges_by_bytes) {
      ranked.push_back({id, token.bytes, id});
    } else {
      tokens.push_back({id, token.bytes});
    }
  }
  if (content.merges_by_bytes) return Vocabulary::from_ranks(unit, ranked, whole, checkpoint);
  std::vector<Merge> merges;
  merges.reserve(content.merges.size());
  for (const TokenMerge& merge : content.merges) {
    merges.push_back({merge.left, merge.right, merge.token});
  }
  return Vocabulary::from_merges(unit, tokens, merges, whole, checkpoint);
}

}  // namespace

Result<TextEncoder> TextEncoder::open(const VocabularyContent& content, Checkpoint& checkpoint) {
  const auto boundary = boundary_by_name(content.pattern);
  if (content.algorithm != Algorithm::kPairs) {
    return cannot_encode(std::string("Its algorithm is ") + name(content.algorithm) + ".",
                         "Its tokens and atoms are in hartonomous.cpe_token_list.");
  }
  if (!boundary) {
    return cannot_encode("Where it cuts texts is not known here: " + quoted(content.pattern) + ".",
                         "If you know it, import the vocabulary with the argument \"pattern\".");
  }
  if (content.adds_space) {
    return cannot_encode("It puts a space before each text.",
                         "Its tokens and atoms are in hartonomous.cpe_token_list.");
  }
  HARTONOMOUS_TRY(auto vocabulary, vocabulary_of(content, checkpoint));
  std::optional<BoundaryCutter> words;
  if (boundary->is_word) {
    HARTONOMOUS_TRY(words, BoundaryCutter::open(*boundary));
  }
  return TextEncoder(Encoder(std::move(vocabulary), boundary->pattern), std::move(words));
}

Status TextEncoder::encode(std::string_view text, std::vector<TokenId>& out,
                           Checkpoint& checkpoint) {
  if (words_) {
    return words_->cut(text, checkpoint,
                       [&](std::string_view word) { encoder_.encode(word, out, checkpoint); });
  }
  encoder_.encode(text, out, checkpoint);
  return Status::ok();
}

Status append_token(const VocabularyContent& content, TokenId token, std::string& out) {
  const auto no_token = [&] {
    const std::int64_t shown =
        token < kPassThrough ? std::int64_t{token} : -1 - std::int64_t{token & ~kPassThrough};
    return Status(Code::kInvalidArgument, std::to_string(shown) + " is no token");
  };
  if (token >= kPassThrough) {
    const std::uint32_t unit = token & ~kPassThrough;
    const bool is_byte = content.units_are_bytes && unit < 0x100;
    const bool is_character =
        !content.units_are_bytes && unit <= utf8::kMaxCodepoint && (unit < 0xd800 || unit > 0xdfff);
    if (!is_byte && !is_character) return no_token();
    if (is_byte) {
      out += static_cast<char>(unit);
    } else {
      utf8::append(out, unit);
    }
    return Status::ok();
  }
  if (token >= content.tokens.size()) return no_token();
  const VocabularyToken& found = content.tokens[token];
  if (found.type == TokenType::kUnused && found.bytes.empty()) return no_token();
  if (found.type != TokenType::kControl) out += found.bytes;
  return Status::ok();
}

}  // namespace hartonomous::core::cpe
