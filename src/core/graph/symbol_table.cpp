// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/symbol_table.hpp"

#include <cstring>

namespace hartonomous::core::graph {

namespace {

// FNV-1a over words of eight bytes, finished by a multiply and shift; only speed depends on it.
std::uint64_t hash_of(std::string_view word) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325 ^ word.size();
  std::size_t at = 0;
  for (; at + 8 <= word.size(); at += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, word.data() + at, 8);
    hash = (hash ^ eight) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, word.data() + at, word.size() - at);
  hash = (hash ^ rest) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 32);
}

}  // namespace

SymbolTable::SymbolTable() : arena_("<unk><s></s>"), begin_{0, 5, 8, 12}, slots_(1024) {}

std::size_t SymbolTable::find_slot(std::string_view word, std::uint64_t hash) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  const auto check = static_cast<std::uint32_t>(hash >> 32);
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.symbol == 0 || (slot.check == check && text(slot.symbol) == word)) return at;
  }
}

Symbol SymbolTable::find(std::string_view word) const noexcept {
  return slots_[find_slot(word, hash_of(word))].symbol;
}

Symbol SymbolTable::add(std::string_view word) {
  const std::uint64_t hash = hash_of(word);
  const std::size_t at = find_slot(word, hash);
  if (slots_[at].symbol != 0) return slots_[at].symbol;
  const Symbol symbol = size();
  arena_.append(word);
  begin_.push_back(arena_.size());
  slots_[at] = {static_cast<std::uint32_t>(hash >> 32), symbol};
  if (std::size_t{size()} * 2 > slots_.size()) grow();
  return symbol;
}

void SymbolTable::grow() {
  slots_.assign(slots_.size() * 2, Slot{});
  for (Symbol symbol = kFirstWord; symbol < size(); ++symbol) {
    const std::uint64_t hash = hash_of(text(symbol));
    slots_[find_slot(text(symbol), hash)] = {static_cast<std::uint32_t>(hash >> 32), symbol};
  }
}

std::string_view SymbolTable::text(Symbol symbol) const noexcept {
  return std::string_view(arena_).substr(begin_[symbol], begin_[symbol + 1] - begin_[symbol]);
}

}  // namespace hartonomous::core::graph
