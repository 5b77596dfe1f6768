// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Finds a tokenizer's added tokens in a text: at each place the longest that is spelt there, from
// left to right. A trie over bytes, entered only where one of the tokens' first bytes stands.
// Immutable once made; safe to share between threads.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "core/tokenizer/definition.hpp"

namespace hartonomous::core::tokenizer {

class AddedTokenFinder {
 public:
  // Tokens without a text are passed over; of two with one text the first is kept.
  explicit AddedTokenFinder(std::span<const AddedToken> tokens);

  struct Match {
    std::size_t begin, end;  // bytes of the text, with the white space that goes along
    TokenId id;
  };
  // The first match at or after `from` that does not reach back before `from`; begin == end ==
  // text.size() if there is none. `controls`: control tokens too. O(text · longest token) at worst.
  Match find(std::string_view text, std::size_t from, bool controls) const noexcept;

  // The length of the longest token that `text` begins with, and its id; 0 if there is none.
  std::size_t prefix(std::string_view text, TokenId& id) const noexcept;

  bool empty() const noexcept { return tokens_.empty(); }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Node {
    std::uint32_t first_edge = kNone;
    std::uint32_t token = kNone;  // index of tokens_
  };
  struct Edge {
    std::uint32_t next = kNone;  // of the same node
    std::uint32_t to = 0;
    unsigned char byte = 0;
  };
  struct Rule {
    TokenId id;
    bool is_control, takes_left_space, takes_right_space, is_whole_word;
  };

  std::uint32_t child(std::uint32_t node, unsigned char byte) const noexcept;
  bool accepts(const Rule& rule, std::string_view text, std::size_t begin, std::size_t end,
               bool controls) const noexcept;

  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<Rule> tokens_;
  std::array<bool, 256> begins_{};
};

}  // namespace hartonomous::core::tokenizer
