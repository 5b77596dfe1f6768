// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/token_atoms.hpp"

#include "core/base/utf8.hpp"
#include "core/text/compose_text.hpp"

namespace hartonomous::core::cpe {

namespace {

using text::NodeIndex;

constexpr std::size_t kPerCheckpoint = 4096;

bool is_text(std::string_view bytes) noexcept { return utf8::first_invalid(bytes) == bytes.size(); }

std::string token_name(std::uint64_t id) { return "token " + std::to_string(id); }

Status check_sizes(const VocabularyContent& vocabulary) {
  if (vocabulary.tokens.size() > kMaxTokens) {
    return Status(Code::kLimitExceeded, "vocabulary has too many tokens")
        .with_detail("It has " + std::to_string(vocabulary.tokens.size()) + "; the limit is " +
                     std::to_string(kMaxTokens) + ".");
  }
  for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i) {
    const std::size_t length = vocabulary.tokens[i].bytes.size();
    if (length <= kMaxTokenBytes) continue;
    return Status(Code::kLimitExceeded, token_name(i) + " is too long")
        .with_detail("It has " + std::to_string(length) + " bytes; the limit is " +
                     std::to_string(kMaxTokenBytes) + ".");
  }
  return Status::ok();
}

Status check_merge(const std::vector<VocabularyToken>& tokens, const TokenMerge& merge) {
  for (const std::uint32_t id : {merge.left, merge.right, merge.token}) {
    if (id >= tokens.size()) {
      return {Code::kMalformed, "merge of a token that does not exist: " + token_name(id)};
    }
  }
  const std::string_view left = tokens[merge.left].bytes, right = tokens[merge.right].bytes;
  const std::string_view whole = tokens[merge.token].bytes;
  if (left.empty() || right.empty() || whole.size() != left.size() + right.size() ||
      !whole.starts_with(left) || !whole.ends_with(right)) {
    return {Code::kMalformed, "merge whose parts are not its token: " + token_name(merge.token)};
  }
  return Status::ok();
}

}  // namespace

Result<TokenParts> TokenParts::of(const VocabularyContent& vocabulary, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check_sizes(vocabulary));
  TokenParts all;
  all.parts_.resize(vocabulary.tokens.size());
  for (std::size_t i = 0; i < vocabulary.merges.size(); ++i) {
    const TokenMerge& merge = vocabulary.merges[i];
    HARTONOMOUS_CHECK(check_merge(vocabulary.tokens, merge));
    Parts& parts = all.parts_[merge.token];
    if (!parts.is_merged()) parts = {merge.left, merge.right};
    if (i % kPerCheckpoint == 0) checkpoint.reached(0);
  }
  return all;
}

TokenAtoms::TokenAtoms(const VocabularyContent& vocabulary, const TokenParts& parts,
                       text::AtomGraph& graph)
    : vocabulary_(vocabulary), parts_(parts), graph_(graph), made_(parts.size(), kNoNode) {}

NodeIndex TokenAtoms::atom(std::uint32_t token) {
  if (made_[token] == kNoNode) made_[token] = make(token);
  return made_[token];
}

NodeIndex TokenAtoms::make(std::uint32_t token) {
  const VocabularyToken& whole = vocabulary_.tokens[token];
  if (whole.type == TokenType::kUnused && whole.bytes.empty()) return kNoNode;
  const TokenParts::Parts parts = parts_[token];
  const bool is_character = utf8::decode(whole.bytes).length == whole.bytes.size();
  const bool is_cut_through_character =
      parts.is_merged() && is_text(whole.bytes) && !is_text(vocabulary_.tokens[parts.left].bytes);
  if (!parts.is_merged() || is_character || is_cut_through_character) {
    return text::compose_text(graph_, whole.bytes, scratch_);
  }
  const NodeIndex left = atom(parts.left), right = atom(parts.right);
  scratch_.clear();
  text::append_run(scratch_, left);
  text::append_run(scratch_, right);
  return graph_.composition(scratch_);
}

NodeIndex TokenAtoms::word(std::uint32_t token) {
  const VocabularyToken& whole = vocabulary_.tokens[token];
  const bool stands_for_text =
      whole.type == TokenType::kNormal || whole.type == TokenType::kUserDefined;
  std::string_view word = whole.bytes;
  if (word.size() > 1 && word[0] == ' ') word.remove_prefix(1);
  if (!stands_for_text || word.empty() || !is_text(word)) return kNoNode;
  return text::compose_text(graph_, word, scratch_);
}

}  // namespace hartonomous::core::cpe
