// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/pair_vocabulary.hpp"

#include "core/tokenizer/spelling_index.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenId;
using cpe::TokenType;
using cpe::VocabularyContent;
using VocabularyResult = Result<std::shared_ptr<const cpe::Vocabulary>>;

// The tokens that take part, without those whose bytes another has already.
std::vector<TokenId> participants(const VocabularyContent& content, Checkpoint& checkpoint) {
  std::vector<bool> is_merged(content.tokens.size());
  for (const cpe::TokenMerge& merge : content.merges) {
    for (const TokenId id : {merge.left, merge.right, merge.token}) {
      if (id < is_merged.size()) is_merged[id] = true;
    }
  }
  std::vector<TokenId> ids;
  SpellingIndex index;
  const auto takes_part = [&](TokenId id) {
    const cpe::VocabularyToken& token = content.tokens[id];
    if (token.bytes.empty()) return false;
    return is_merged[id] || token.type == TokenType::kNormal;
  };
  index.reserve(content.tokens.size());
  for (TokenId id = 0; id < content.tokens.size(); ++id) {
    if (takes_part(id)) index.add(content.tokens[id].bytes, id);
  }
  const bool has_doubles = index.build(checkpoint).has_value();
  for (TokenId id = 0; id < content.tokens.size(); ++id) {
    if (!takes_part(id)) continue;
    if (!has_doubles || is_merged[id] || index.find(content.tokens[id].bytes) == id) {
      ids.push_back(id);
    }
  }
  return ids;
}

}  // namespace

VocabularyResult make_pair_vocabulary(const VocabularyContent& content, Checkpoint& checkpoint) {
  const std::vector<TokenId> ids = participants(content, checkpoint);
  const cpe::Unit unit = content.units_are_bytes ? cpe::Unit::kByte : cpe::Unit::kCodepoint;
  const cpe::WholePiece whole =
      content.ignore_merges ? cpe::WholePiece::kFirst : cpe::WholePiece::kMerge;
  if (content.merges_by_bytes) {
    std::vector<cpe::RankedToken> ranked;
    ranked.reserve(ids.size());
    for (const TokenId id : ids) ranked.push_back({id, content.tokens[id].bytes, id});
    return cpe::Vocabulary::from_ranks(unit, ranked, whole, checkpoint);
  }
  std::vector<cpe::Token> tokens;
  tokens.reserve(ids.size());
  for (const TokenId id : ids) tokens.push_back({id, content.tokens[id].bytes});
  std::vector<cpe::Merge> merges;
  merges.reserve(content.merges.size());
  for (const cpe::TokenMerge& merge : content.merges) {
    merges.push_back({merge.left, merge.right, merge.token});
  }
  return cpe::Vocabulary::from_merges(unit, tokens, merges, whole, checkpoint);
}

}  // namespace hartonomous::core::tokenizer
