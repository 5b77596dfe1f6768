// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Words as small numbers, in order of first sight, and back. The first three are not words: the
// unknown word, the beginning and the end of a sentence. Not thread-safe while it grows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hartonomous::core::graph {

using Symbol = std::uint32_t;
inline constexpr Symbol kUnknown = 0;
inline constexpr Symbol kBegin = 1;
inline constexpr Symbol kEnd = 2;
inline constexpr Symbol kFirstWord = 3;

class SymbolTable {
 public:
  SymbolTable();

  // The number of `word`, which is added if it is new. A text equal to "<s>" is an ordinary word.
  Symbol add(std::string_view word);
  // The number of `word`, or kUnknown.
  Symbol find(std::string_view word) const noexcept;
  // The text of a symbol; "<unk>", "<s>" and "</s>" for the first three. REQUIRES: symbol < size().
  // Valid until the next add().
  std::string_view text(Symbol symbol) const noexcept;
  // One more than the largest symbol.
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(begin_.size() - 1); }

 private:
  struct Slot {
    std::uint32_t check;
    Symbol symbol;  // 0 = free
  };
  std::size_t find_slot(std::string_view word, std::uint64_t hash) const noexcept;
  void grow();

  std::string arena_;
  std::vector<std::uint64_t> begin_;  // of each symbol's text in the arena, and the arena's end
  std::vector<Slot> slots_;
};

}  // namespace hartonomous::core::graph
