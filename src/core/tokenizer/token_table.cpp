// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/token_table.hpp"

namespace hartonomous::core::tokenizer {

TokenTable::TokenTable(const cpe::VocabularyContent& vocabulary) {
  std::size_t bytes = 0;
  for (const cpe::VocabularyToken& token : vocabulary.tokens) bytes += token.bytes.size();
  arena_.reserve(bytes);
  ends_.reserve(vocabulary.tokens.size());
  kinds_.reserve(vocabulary.tokens.size());
  for (const cpe::VocabularyToken& token : vocabulary.tokens) {
    arena_ += token.bytes;
    ends_.push_back(static_cast<std::uint32_t>(arena_.size()));
    kinds_.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(token.type) |
                                               (token.continues_word ? kContinues : 0U)));
  }
}

}  // namespace hartonomous::core::tokenizer
