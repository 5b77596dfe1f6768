// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/token_trie.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/interruptible_sort.hpp"

namespace hartonomous::core::run {

using tokenizer::TokenId;

Result<TokenTrie> TokenTrie::build(const tokenizer::Tokenizer& tokenizer, Checkpoint& checkpoint) {
  std::vector<std::string> spellings(tokenizer.size());
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    HARTONOMOUS_CHECK(tokenizer.append(static_cast<TokenId>(i), false, spellings[i]));
    if (i % 4096 == 0) checkpoint.reached(0);
  }
  return build(spellings, tokenizer.special().end_of_generation, checkpoint);
}

Result<TokenTrie> TokenTrie::build(std::span<const std::string> spellings,
                                   std::vector<TokenId> end_of_generation, Checkpoint& checkpoint) {
  TokenTrie trie;
  trie.vocabulary_ = spellings.size();
  for (const TokenId end : end_of_generation) {
    if (end < spellings.size()) trie.ends_.push_back(end);
  }
  std::vector<TokenId> order(spellings.size());
  std::iota(order.begin(), order.end(), TokenId{0});
  interruptible_sort(
      order,
      [&](TokenId a, TokenId b) {
        const int difference = spellings[a].compare(spellings[b]);
        return difference != 0 ? difference < 0 : a < b;
      },
      checkpoint);
  std::vector<std::uint32_t> path;  // the nodes of the last token's bytes
  for (const TokenId token : order) {
    const std::string& bytes = spellings[token];
    if (bytes.empty() || std::ranges::find(trie.ends_, token) != trie.ends_.end()) continue;
    if (bytes.size() > UINT16_MAX) {
      return Status(Code::kLimitExceeded,
                    std::string("token ") + std::to_string(token) + " is longer than 65535 bytes");
    }
    std::size_t shared = 0;
    while (shared < path.size() && shared < bytes.size() &&
           trie.nodes_[path[shared]].byte == static_cast<std::uint8_t>(bytes[shared])) {
      ++shared;
    }
    const auto close = [&](std::size_t depth) {
      for (; path.size() > depth; path.pop_back()) {
        trie.nodes_[path.back()].after = static_cast<std::uint32_t>(trie.nodes_.size());
      }
    };
    close(shared);
    for (std::size_t i = shared; i < bytes.size(); ++i) {
      path.push_back(static_cast<std::uint32_t>(trie.nodes_.size()));
      trie.nodes_.push_back({static_cast<std::uint8_t>(bytes[i]), static_cast<std::uint16_t>(i), 0,
                             static_cast<std::uint32_t>(trie.tokens_.size())});
    }
    trie.tokens_.push_back(token);
    trie.depth_ = std::max(trie.depth_, bytes.size());
  }
  for (const std::uint32_t node : path) {
    trie.nodes_[node].after = static_cast<std::uint32_t>(trie.nodes_.size());
  }
  return trie;
}

}  // namespace hartonomous::core::run
