// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which pieces a text begins with: a trie over bytes in three flat arrays. Nodes are numbered level
// by level, so that a node's children stand side by side and end where the next node's begin: nine
// bytes a node, built in one pass over the sorted pieces. Immutable once made; safe to share.
#pragma once

#include <cstring>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::tokenizer {

class PieceTrie {
 public:
  struct Piece {
    std::string_view bytes;
    TokenId id;
  };
  struct Match {
    std::size_t length = 0;  // 0: none
    TokenId id = 0;
  };

  // Empty pieces are passed over; of two with the same bytes the first counts. O(n log n).
  PieceTrie(std::vector<Piece> pieces, Checkpoint& checkpoint);

  // The longest piece that `text` begins with. O(longest piece).
  Match longest(std::string_view text) const noexcept {
    Match found;
    visit(text, [&](std::size_t length, TokenId id) { found = {length, id}; });
    return found;
  }

  // Calls matched(length, id) for each piece that `text` begins with, the shortest first.
  template <class Matched>
  void visit(std::string_view text, Matched&& matched) const {
    std::uint32_t node = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      node = child(node, static_cast<unsigned char>(text[at]));
      if (node == 0) return;
      if (ids_[node] != kNone) matched(at + 1, ids_[node]);
    }
  }

 private:
  static constexpr TokenId kNone = 0xffffffff;

  // 0 if there is none: the root is nobody's child.
  std::uint32_t child(std::uint32_t node, unsigned char byte) const noexcept {
    if (node == 0) return of_first_[byte];
    const std::uint32_t begin = first_child_[node], count = first_child_[node + 1] - begin;
    const unsigned char* const labels = labels_.data() + begin;
    if (count <= 4) {
      for (std::uint32_t i = 0; i < count; ++i) {
        if (labels[i] == byte) return begin + i;
      }
      return 0;
    }
    const void* const found = std::memchr(labels, byte, count);
    if (found == nullptr) return 0;
    return begin + static_cast<std::uint32_t>(static_cast<const unsigned char*>(found) - labels);
  }

  std::vector<std::uint32_t> first_child_;  // of each node, and one more
  std::vector<unsigned char> labels_;       // the byte that leads to a node
  std::vector<TokenId> ids_;                // the piece that ends at a node, or kNone
  std::uint32_t of_first_[256] = {};        // the root's children
};

}  // namespace hartonomous::core::tokenizer
