// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/pair_table.hpp"

#include <algorithm>
#include <bit>

namespace hartonomous::core::cpe {

PairTable::PairTable(std::size_t expected) { resize(std::bit_ceil(expected * 2 + 16)); }

void PairTable::resize(std::size_t slots) {
  std::vector<Slot> old(slots);
  old.swap(slots_);
  mask_ = slots - 1;
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
  used_ = 0;
  for (const Slot& slot : old) {
    if (slot.key != kFree) {
      insert(static_cast<TokenId>(slot.key >> 32), static_cast<TokenId>(slot.key), slot.merged);
    }
  }
}

void PairTable::insert(TokenId left, TokenId right, Merged merged) {
  if ((used_ + 1) * 2 > slots_.size()) resize(slots_.size() * 2);
  const std::uint64_t key = std::uint64_t{left} << 32 | right;
  std::size_t at = slot_of(key);
  while (slots_[at].key != kFree && slots_[at].key != key) at = (at + 1) & mask_;
  if (slots_[at].key == kFree) {
    slots_[at] = {key, merged};
    ++used_;
  } else if (merged.rank < slots_[at].merged.rank) {
    slots_[at].merged = merged;
  }
}

}  // namespace hartonomous::core::cpe
