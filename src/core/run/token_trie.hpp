// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// All tokens of a vocabulary by their bytes, as one tree laid out in the order of a walk: a walk
// that may not go on at a node skips its whole subtree by one jump.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::run {

class TokenTrie {
 public:
  struct Node {
    std::uint8_t byte;
    std::uint16_t depth;        // 0 for a token's first byte
    std::uint32_t after;        // the node after this one's subtree
    std::uint32_t first_token;  // in tokens(); its tokens end where the next node's begin
  };

  // Of a tokenizer's tokens, as append() spells them without control tokens. Tokens without bytes
  // are in no node; those that end an answer are kept apart. O(bytes of all tokens * log tokens).
  static Result<TokenTrie> build(const tokenizer::Tokenizer& tokenizer, Checkpoint& checkpoint);
  // Of the tokens spelt so, token i by spellings[i].
  static Result<TokenTrie> build(std::span<const std::string> spellings,
                                 std::vector<tokenizer::TokenId> end_of_generation,
                                 Checkpoint& checkpoint);

  std::size_t vocabulary() const noexcept { return vocabulary_; }
  std::size_t depth() const noexcept { return depth_; }  // bytes of the longest token
  const std::vector<Node>& nodes() const noexcept { return nodes_; }
  // The tokens that end at nodes()[node].
  std::span<const tokenizer::TokenId> tokens_at(std::size_t node) const noexcept {
    const std::size_t end =
        node + 1 < nodes_.size() ? nodes_[node + 1].first_token : tokens_.size();
    return std::span(tokens_).subspan(nodes_[node].first_token, end - nodes_[node].first_token);
  }
  const std::vector<tokenizer::TokenId>& end_of_generation() const noexcept { return ends_; }

 private:
  std::size_t vocabulary_ = 0, depth_ = 0;
  std::vector<Node> nodes_;
  std::vector<tokenizer::TokenId> tokens_;
  std::vector<tokenizer::TokenId> ends_;
};

}  // namespace hartonomous::core::run
