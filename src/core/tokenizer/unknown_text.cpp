// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/unknown_text.hpp"

#include <algorithm>

namespace hartonomous::core::tokenizer {

UnknownText::UnknownText(const Definition& definition) {
  of_byte_.fill(kNone);
  if (definition.byte_fallback) {
    const auto& tokens = definition.vocabulary.tokens;
    for (TokenId id = 0; id < tokens.size(); ++id) {
      if (tokens[id].type != cpe::TokenType::kByte || tokens[id].bytes.size() != 1) continue;
      TokenId& of_byte = of_byte_[static_cast<unsigned char>(tokens[id].bytes[0])];
      if (of_byte == kNone) of_byte = id;
    }
  }
  if (!definition.drops_unknown) unknown_ = definition.special.unknown.value_or(kNone);
  fuses_ = definition.fuses_unknown && unknown_ != kNone;
}

void UnknownText::append(std::string_view character, std::vector<TokenId>& out) const {
  const auto of = [&](char c) { return of_byte_[static_cast<unsigned char>(c)]; };
  if (std::ranges::all_of(character, [&](char c) { return of(c) != kNone; })) {
    for (const char c : character) out.push_back(of(c));
  } else if (unknown_ != kNone) {
    out.push_back(unknown_);
  }
}

void UnknownText::fuse(std::vector<TokenId>& ids, std::size_t begin) const {
  if (!fuses_) return;
  const auto is_again = [&](TokenId a, TokenId b) { return a == unknown_ && b == unknown_; };
  ids.erase(std::unique(ids.begin() + static_cast<std::ptrdiff_t>(begin), ids.end(), is_again),
            ids.end());
}

}  // namespace hartonomous::core::tokenizer
