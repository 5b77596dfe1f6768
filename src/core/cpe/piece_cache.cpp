// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/piece_cache.hpp"

#include <algorithm>
#include <bit>

#include "core/cpe/bytes_hash.hpp"

namespace hartonomous::core::cpe {

namespace {

constexpr std::size_t kFirstLines = 1 << 11, kMostLines = 1 << 19;  // of 64 bytes
constexpr std::size_t kFirstLong = 1 << 10, kMostLong = 1 << 18;    // slots
constexpr std::size_t kMostLongText = 1 << 24, kMostLongIds = 1 << 23;

}  // namespace

PieceCache::PieceCache() { clear(); }

void PieceCache::clear() {
  lines_.clear();
  resize_short(kFirstLines);
  long_.clear();
  resize_long(kFirstLong);
  long_text_.clear();
  long_ids_.clear();
}

void PieceCache::resize_short(std::size_t lines) {
  std::vector<Line> old(lines);
  old.swap(lines_);
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(lines));
  used_ = 0;
  for (const Line& line : old) {
    for (const Slot& slot : line.slots) {
      if (slot.key.high == 0) continue;
      Line& to = lines_[line_of(slot.key)];
      Slot& free = to.slots[to.slots[0].key.high == 0 ? 0 : 1];
      used_ += free.key.high == 0;
      free = slot;
    }
  }
}

void PieceCache::insert(std::string_view piece, std::span<const TokenId> ids) {
  if ((ids.front() & kCountBits) != 0) return;  // no id of a sound vocabulary
  if (piece.size() <= ShortKey::kLongest && ids.size() <= 4) {
    insert_short(ShortKey::of(piece), ids);
  } else if (piece.size() <= kLongest) {
    insert_long(piece, ids);
  }
}

// Two keys to a line: a third takes the second's place. When half of all slots are used lines begin
// to overflow, and the table doubles while it may.
void PieceCache::insert_short(const ShortKey& key, std::span<const TokenId> ids) {
  if (used_ >= lines_.size() && lines_.size() < kMostLines) resize_short(lines_.size() * 2);
  Line& line = lines_[line_of(key)];
  Slot& slot = line.slots[line.slots[0].key.high == 0 ? 0 : 1];
  used_ += slot.key.high == 0;
  slot = Slot{key, {}};
  std::copy(ids.begin(), ids.end(), slot.ids.begin());
  slot.ids[0] |= static_cast<TokenId>(ids.size()) << kCountShift;
}

void PieceCache::resize_long(std::size_t slots) {
  std::vector<LongSlot> old(slots);
  old.swap(long_);
  long_used_ = 0;
  for (const LongSlot& slot : old) {
    if (slot.length == 0) continue;
    std::size_t at = slot.hash & (slots - 1);
    while (long_[at].length != 0) at = (at + 1) & (slots - 1);
    long_[at] = slot;
    ++long_used_;
  }
}

std::span<const TokenId> PieceCache::find_long(std::string_view piece) const noexcept {
  const std::uint64_t hash = bytes_hash(piece);
  const std::size_t mask = long_.size() - 1;
  for (std::size_t at = hash & mask; long_[at].length != 0; at = (at + 1) & mask) {
    const LongSlot& slot = long_[at];
    if (slot.hash == hash && slot.length == piece.size() &&
        std::memcmp(long_text_.data() + slot.text, piece.data(), piece.size()) == 0) {
      return {long_ids_.data() + slot.ids, slot.count};
    }
  }
  return {};
}

void PieceCache::insert_long(std::string_view piece, std::span<const TokenId> ids) {
  const bool is_full = long_text_.size() + piece.size() > kMostLongText ||
                       long_ids_.size() + ids.size() > kMostLongIds || long_used_ * 2 >= kMostLong;
  if (is_full) {
    long_.clear();
    long_text_.clear();
    long_ids_.clear();
    resize_long(kFirstLong);
  }
  if (long_used_ * 2 >= long_.size()) resize_long(long_.size() * 2);
  const std::uint64_t hash = bytes_hash(piece);
  const std::size_t mask = long_.size() - 1;
  std::size_t at = hash & mask;
  while (long_[at].length != 0) at = (at + 1) & mask;
  long_[at] = {
      hash, static_cast<std::uint32_t>(long_text_.size()), static_cast<std::uint32_t>(piece.size()),
      static_cast<std::uint32_t>(long_ids_.size()), static_cast<std::uint32_t>(ids.size())};
  long_text_ += piece;
  long_ids_.insert(long_ids_.end(), ids.begin(), ids.end());
  ++long_used_;
}

}  // namespace hartonomous::core::cpe
