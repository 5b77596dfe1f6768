// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/vocabulary_content.hpp"

#include <array>
#include <bit>

namespace hartonomous::core::cpe {

namespace {

constexpr std::array kAlgorithms = {"pairs", "sentencepiece", "unigram", "wordpiece"};
constexpr std::size_t kTokensPerCheckpoint = 4096;

void update_text(hash::ContentHasher& hasher, std::string_view text) {
  hasher.update_u32(static_cast<std::uint32_t>(text.size())).update(as_bytes(text));
}

}  // namespace

const char* name(Algorithm algorithm) noexcept {
  return kAlgorithms[static_cast<std::size_t>(algorithm)];
}
bool from_name(std::string_view text, Algorithm& out) noexcept {
  for (std::size_t i = 0; i < kAlgorithms.size(); ++i) {
    if (text != kAlgorithms[i]) continue;
    out = static_cast<Algorithm>(i);
    return true;
  }
  return false;
}

hash::ContentHash vocabulary_hash(const VocabularyContent& vocabulary, Checkpoint& checkpoint) {
  hash::ContentHasher hasher(hash::Kind::kVocabulary);
  update_text(hasher, name(vocabulary.algorithm));
  update_text(hasher, vocabulary.units_are_bytes ? "byte" : "codepoint");
  update_text(hasher, vocabulary.tie_rule);
  update_text(hasher, vocabulary.pattern);
  const unsigned flags = (vocabulary.ignore_merges ? 1U : 0U) | (vocabulary.adds_space ? 2U : 0U) |
                         (vocabulary.merges_by_bytes ? 4U : 0U);
  hasher.update_u32(flags).update_u32(static_cast<std::uint32_t>(vocabulary.tokens.size()));
  for (std::size_t i = 0; i < vocabulary.tokens.size(); ++i) {
    const VocabularyToken& token = vocabulary.tokens[i];
    const auto type = static_cast<std::uint32_t>(token.type);
    hasher.update_u32(type | (token.continues_word ? 0x100U : 0U));
    hasher.update_u32(std::bit_cast<std::uint32_t>(token.score));
    update_text(hasher, token.bytes);
    if (i % kTokensPerCheckpoint == 0) checkpoint.reached(0);
  }
  hasher.update_u32(static_cast<std::uint32_t>(vocabulary.merges.size()));
  for (const TokenMerge& merge : vocabulary.merges) {
    hasher.update_u32(merge.left).update_u32(merge.right).update_u32(merge.token);
  }
  return hasher.finish();
}

}  // namespace hartonomous::core::cpe
