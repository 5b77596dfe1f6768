// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Words already seen, by their bytes: open addressing over a copy of each distinct word. Saves
// decoding and hashing a word again at each occurrence. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/atom_graph.hpp"

namespace hartonomous::core::text {

class WordTable {
 public:
  WordTable() : slots_(1024) {}

  // The node stored for `word`, or the result of make(), stored. REQUIRES: make() does not touch
  // this table; word is not empty.
  template <class F>
  NodeIndex find_or_make(std::string_view word, F&& make) {
    const std::uint64_t h = hash(word);
    for (std::size_t at = h & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.length == 0) return insert(word, h, make());
      if (slot.check == static_cast<std::uint32_t>(h >> 32) && slot.length == word.size() &&
          word == std::string_view(arena_.data() + slot.offset, slot.length)) {
        return slot.node;
      }
    }
  }

 private:
  struct Slot {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;  // 0 = free
    std::uint32_t check = 0;   // the upper half of the hash
    NodeIndex node = 0;
  };

  static std::uint64_t hash(std::string_view word) noexcept;
  NodeIndex insert(std::string_view word, std::uint64_t h, NodeIndex node);
  void place(const Slot& slot, std::uint64_t h) noexcept;

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  std::string arena_;
};

}  // namespace hartonomous::core::text
