// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A model's tokens as units of text, in which models with different tokenizers can be compared:
// what a token spells, without the space in front of it.
#pragma once

#include <vector>

#include "core/graph/symbol_table.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::serve {

class TokenUnits {
 public:
  // Tokens of the same unit are one symbol. The token that begins texts is kBegin, one that ends an
  // answer kEnd; a token that is not UTF-8 by itself is kUnknown. O(tokens). kInvalidArgument as
  // Tokenizer::append().
  static core::Result<TokenUnits> of(const core::tokenizer::Tokenizer& tokenizer,
                                     std::size_t vocabulary);

  // REQUIRES: token < vocabulary.
  core::graph::Symbol unit(core::tokenizer::TokenId token) const { return units_.at(token); }
  // What the unit spells; empty for kBegin and kEnd. REQUIRES: not kUnknown.
  std::string_view text(core::graph::Symbol unit) const;
  std::size_t count() const noexcept { return symbols_.size(); }

 private:
  core::graph::SymbolTable symbols_;
  std::vector<core::graph::Symbol> units_;  // by token
};

}  // namespace hartonomous::serve
