// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which pieces a text begins with: a trie over bytes in three flat arrays. Nodes are numbered level
// by level, so that a node's children stand side by side and end where the next node's begin: nine
// bytes a node, built in one pass over the sorted pieces. Immutable once made; safe to share.
#pragma once

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/image.hpp"
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

  PieceTrie() = default;
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
      if (const TokenId id = ids_.value_or(node, kNone); id != kNone) matched(at + 1, id);
    }
  }

  // Whether some piece begins with that byte.
  bool begins_with(unsigned char byte) const noexcept { return of_first_[byte] != 0; }

  // The trie in an image.
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    image.value(self.of_first_);
    image.array(self.first_child_);
    image.array(self.labels_);
    image.array(self.ids_);
  }

 private:
  static constexpr TokenId kNone = 0xffffffff;

  // 0 if there is none: the root is nobody's child.
  std::uint32_t child(std::uint32_t node, unsigned char byte) const noexcept {
    if (node == 0) return of_first_[byte];
    const std::uint32_t begin = first_child_.value_or(node, 0);
    const std::uint32_t end = first_child_.value_or(node + std::size_t{1}, 0);
    if (begin > end || end > labels_.size()) return 0;
    const std::uint32_t count = end - begin;
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

  FlatArray<std::uint32_t> first_child_;       // of each node, and one more
  FlatArray<unsigned char> labels_;            // the byte that leads to a node
  FlatArray<TokenId> ids_;                     // the piece that ends at a node, or kNone
  std::array<std::uint32_t, 256> of_first_{};  // the root's children
};

}  // namespace hartonomous::core::tokenizer
