// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/token_table.hpp"

namespace hartonomous::core::tokenizer {

TokenTable::TokenTable(const cpe::VocabularyContent& vocabulary) {
  std::size_t bytes = 0;
  for (const cpe::VocabularyToken& token : vocabulary.tokens) bytes += token.bytes.size();
  std::vector<char> arena;
  std::vector<std::uint32_t> ends;
  std::vector<std::uint8_t> kinds;
  arena.reserve(bytes);
  ends.reserve(vocabulary.tokens.size());
  kinds.reserve(vocabulary.tokens.size());
  for (const cpe::VocabularyToken& token : vocabulary.tokens) {
    arena.insert(arena.end(), token.bytes.begin(), token.bytes.end());
    ends.push_back(static_cast<std::uint32_t>(arena.size()));
    kinds.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(token.type) |
                                              (token.continues_word ? kContinues : 0U)));
  }
  arena_ = FlatArray<char>(std::move(arena));
  ends_ = FlatArray<std::uint32_t>(std::move(ends));
  kinds_ = FlatArray<std::uint8_t>(std::move(kinds));
}

}  // namespace hartonomous::core::tokenizer
