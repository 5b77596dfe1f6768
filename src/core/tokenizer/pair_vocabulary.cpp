// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/pair_vocabulary.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/interruptible_sort.hpp"
#include "core/tokenizer/spelling_index.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenId;
using cpe::TokenType;
using cpe::VocabularyContent;
using VocabularyResult = Result<std::shared_ptr<const cpe::Vocabulary>>;

bool is_piece(const cpe::VocabularyToken& token) noexcept {
  return !token.bytes.empty() &&
         (token.type == TokenType::kNormal || token.type == TokenType::kUserDefined);
}

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
  const bool by_score = content.algorithm == cpe::Algorithm::kSentencePiece;
  const auto takes_part = [&](TokenId id) {
    const cpe::VocabularyToken& token = content.tokens[id];
    if (token.bytes.empty()) return false;
    if (is_merged[id] || token.type == TokenType::kNormal) return true;
    return by_score && is_piece(token);
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

VocabularyResult by_scores(const VocabularyContent& content, std::vector<TokenId> ids,
                           Checkpoint& checkpoint) {
  const auto score = [&](TokenId id) {
    const float value = content.tokens[id].score;
    return std::isnan(value) ? -INFINITY : value;
  };
  interruptible_sort(
      ids,
      [&](TokenId a, TokenId b) { return score(a) != score(b) ? score(a) > score(b) : a < b; },
      checkpoint);
  std::vector<cpe::RankedToken> ranked;
  ranked.reserve(ids.size());
  std::uint32_t rank = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i > 0 && score(ids[i]) != score(ids[i - 1])) ++rank;
    ranked.push_back({ids[i], content.tokens[ids[i]].bytes, rank});
  }
  return cpe::Vocabulary::from_ranks(cpe::Unit::kCodepoint, ranked, cpe::WholePiece::kMerge,
                                     checkpoint);
}

}  // namespace

VocabularyResult make_pair_vocabulary(const VocabularyContent& content, Checkpoint& checkpoint) {
  std::vector<TokenId> ids = participants(content, checkpoint);
  if (content.algorithm == cpe::Algorithm::kSentencePiece && content.merges.empty()) {
    return by_scores(content, std::move(ids), checkpoint);
  }
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
