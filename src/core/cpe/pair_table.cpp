// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/pair_table.hpp"

#include <algorithm>
#include <bit>

#include "core/base/image.hpp"

namespace hartonomous::core::cpe {

PairTable::PairTable(std::size_t expected) { resize(std::bit_ceil(expected * 2 + 16)); }

void PairTable::resize(std::size_t slots) {
  const FlatArray<Slot> old = std::exchange(slots_, FlatArray<Slot>(std::vector<Slot>(slots)));
  set_size();
  used_ = 0;
  for (const Slot& slot : old) {
    if (slot.key != kFree) {
      insert(static_cast<TokenId>(slot.key >> 32), static_cast<TokenId>(slot.key), slot.merged);
    }
  }
}

void PairTable::set_size() noexcept {
  mask_ = slots_.size() - 1;
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots_.size()));
}

void PairTable::write(ImageWriter& image) const { image.array(slots_); }

void PairTable::read(ImageReader& image) {
  image.array(slots_);
  if (slots_.size() < 2 || !is_slot_count(slots_.size())) return image.fail();
  set_size();
}

void PairTable::insert(TokenId left, TokenId right, Merged merged) {
  if ((used_ + 1) * 2 > slots_.size()) resize(slots_.size() * 2);
  const std::uint64_t key = std::uint64_t{left} << 32 | right;
  std::size_t at = slot_of(key);
  while (slots_[at].key != kFree && slots_[at].key != key) at = (at + 1) & mask_;
  if (slots_[at].key == kFree) {
    slots_.element(at) = {key, merged};
    ++used_;
  } else if (merged.rank < slots_[at].merged.rank) {
    slots_.element(at).merged = merged;
  }
}

}  // namespace hartonomous::core::cpe
