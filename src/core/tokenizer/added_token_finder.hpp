// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Finds a tokenizer's added tokens in a text: at each place the longest that is spelt there, from
// left to right. A trie, entered only where one of the tokens' first bytes stands.
// Immutable once made; safe to share between threads.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/piece_trie.hpp"

namespace hartonomous::core::tokenizer {

class AddedTokenFinder {
 public:
  // Tokens without a text are passed over; of two with one text the first is kept.
  AddedTokenFinder(std::span<const AddedToken> tokens, Checkpoint& checkpoint);
  AddedTokenFinder() = default;

  struct Match {
    std::size_t begin, end;  // bytes of the text, with the white space that goes along
    TokenId id;
  };
  // The first match at or after `from` that does not reach back before `from`; begin == end ==
  // text.size() if there is none. `controls`: control tokens too. O(text · longest token) at worst.
  Match find(std::string_view text, std::size_t from, bool controls) const noexcept;

  // The length of the longest token that `text` begins with, and its id; 0 if there is none.
  std::size_t prefix(std::string_view text, TokenId& id) const noexcept;

  bool empty() const noexcept { return rules_.empty(); }

  // In an image.
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    PieceTrie::pass(self.trie_, image);
    image.array(self.rules_);
  }

 private:
  struct Rule {
    TokenId id;
    std::uint32_t traits;  // any of these
  };
  static constexpr std::uint32_t kControl = 1, kTakesLeftSpace = 2, kTakesRightSpace = 4,
                                 kWholeWord = 8;

  bool accepts(const Rule& rule, std::string_view text, std::size_t begin, std::size_t end,
               bool controls) const noexcept;

  PieceTrie trie_;  // its ids are numbers of rules
  FlatArray<Rule> rules_;
};

}  // namespace hartonomous::core::tokenizer
