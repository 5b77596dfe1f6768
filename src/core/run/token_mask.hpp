// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A set of a vocabulary's tokens, one bit each.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::run {

class TokenMask {
 public:
  // The empty set.
  explicit TokenMask(std::size_t tokens) : tokens_(tokens), words_((tokens + 63) / 64) {}

  std::size_t tokens() const noexcept { return tokens_; }
  // REQUIRES: token < tokens()
  bool contains(tokenizer::TokenId token) const noexcept {
    return words_[token / 64] >> (token % 64) & 1;
  }
  // REQUIRES: token < tokens()
  void insert(tokenizer::TokenId token) noexcept {
    words_[token / 64] |= std::uint64_t{1} << (token % 64);
  }
  void clear() noexcept { std::ranges::fill(words_, 0); }
  // How many tokens are in the set. O(tokens / 64).
  std::size_t count() const noexcept {
    std::size_t sum = 0;
    for (const std::uint64_t word : words_) sum += static_cast<std::size_t>(std::popcount(word));
    return sum;
  }
  // Calls visit(token) for each token of the set, in ascending order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t left = words_[i]; left != 0; left &= left - 1) {
        visit(static_cast<tokenizer::TokenId>(i * 64 +
                                              static_cast<std::size_t>(std::countr_zero(left))));
      }
    }
  }
  bool operator==(const TokenMask&) const = default;

 private:
  std::size_t tokens_;
  std::vector<std::uint64_t> words_;
};

}  // namespace hartonomous::core::run
