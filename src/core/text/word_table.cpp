// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/word_table.hpp"

#include <bit>
#include <cstring>

namespace hartonomous::core::text {

std::uint64_t WordTable::hash(std::string_view word) noexcept {
  constexpr std::uint64_t kMultiplier = 0xff51afd7ed558ccdU;
  std::uint64_t h = word.size();
  const auto absorb = [&](std::size_t at, std::size_t count) {
    std::uint64_t chunk = 0;
    std::memcpy(&chunk, word.data() + at, count);
    h = (h ^ chunk) * kMultiplier;
    h ^= std::rotr(h, 29);
  };
  std::size_t at = 0;
  for (; at + 8 <= word.size(); at += 8) absorb(at, 8);
  if (at < word.size()) absorb(at, word.size() - at);
  h *= kMultiplier;
  return h ^ h >> 32;
}

void WordTable::place(const Slot& slot, std::uint64_t h) noexcept {
  std::size_t at = h & (slots_.size() - 1);
  while (slots_[at].length != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = slot;
}

NodeIndex WordTable::insert(std::string_view word, std::uint64_t h, NodeIndex node) {
  if ((used_ + 1) * 2 > slots_.size()) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.length != 0) place(slot, hash({arena_.data() + slot.offset, slot.length}));
    }
  }
  const Slot slot{arena_.size(), static_cast<std::uint32_t>(word.size()),
                  static_cast<std::uint32_t>(h >> 32), node};
  arena_.append(word);
  place(slot, h);
  ++used_;
  return node;
}

}  // namespace hartonomous::core::text
