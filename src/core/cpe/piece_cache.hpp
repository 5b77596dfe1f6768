// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What pieces seen before were encoded to. A piece of up to 15 bytes is its own key: 16 bytes, the
// last of which is its length. Such a key and up to four ids fill a slot of 32 bytes, two slots a
// cache line, and a key lies in its own line or not in the table, so that a look-up costs one line,
// which the caller fetches ahead (Key::line). Longer pieces and longer encodings are kept apart.
// Bounded: when full it is emptied.
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/cpe/pair_table.hpp"

namespace hartonomous::core::cpe {

class PieceCache {
 public:
  static constexpr std::size_t kShortest = 15;  // longest piece that is its own key
  static constexpr std::size_t kLongest = 512;  // longest piece that is kept at all

  PieceCache();

  struct Key {
    std::uint64_t low, high;
    bool operator==(const Key&) const = default;
  };

  // REQUIRES: 0 < length <= kShortest; 16 bytes can be read at `piece`.
  static Key key_of(const char* piece, std::size_t length) noexcept {
    Key key;
    std::memcpy(&key, piece, sizeof key);
    key.low &= kMasks[length].low;
    key.high = (key.high & kMasks[length].high) | std::uint64_t{length} << 56;
    return key;
  }
  std::size_t line_of(const Key& key) const noexcept {
    const std::uint64_t mixed = (key.low ^ key.low >> 32) * 0x9e3779b97f4a7c15U +
                                (key.high ^ key.high >> 29) * 0xd6e8feb86659fd93U;
    return static_cast<std::size_t>((mixed ^ mixed << 21) >> shift_);
  }
  void fetch(std::size_t line) const noexcept { __builtin_prefetch(&lines_[line]); }

  // Writes the ids of a piece found in its line to `out`, always four words of it, and returns how
  // many are ids; 0 if the piece is not found there.
  std::size_t find_short(const Key& key, std::size_t line, TokenId* out) const noexcept {
    const Line& in = lines_[line];
    const Slot* slot = &in.slots[0];
    if (!(slot->key == key)) {
      slot = &in.slots[1];
      if (!(slot->key == key)) return 0;
    }
    std::memcpy(out, slot->ids.data(), sizeof slot->ids);
    out[0] &= ~kCountBits;
    return slot->ids[0] >> kCountShift & 7;
  }
  // A piece of any length up to kLongest; empty if it is not known.
  std::span<const TokenId> find_long(std::string_view piece) const noexcept;

  // Remembers a piece of 1 to kLongest bytes. Invalidates spans and lines handed out.
  void insert(std::string_view piece, std::span<const TokenId> ids);

  void clear();

 private:
  // Ids have at most 24 bits, or the highest bit and 21 (vocabulary.hpp); between them is room for
  // the count in the first id.
  static constexpr unsigned kCountShift = 24;
  static constexpr TokenId kCountBits = 7U << kCountShift;

  struct Slot {
    Key key{0, 0};  // length 0: free
    std::array<TokenId, 4> ids{};
  };
  struct alignas(64) Line {
    Slot slots[2];
  };
  struct LongSlot {
    std::uint64_t hash = 0;
    std::uint32_t text = 0, length = 0;  // length 0: free
    std::uint32_t ids = 0, count = 0;
  };
  static constexpr std::array<Key, 16> make_masks() {
    std::array<Key, 16> masks{};
    for (std::size_t length = 0; length < 16; ++length) {
      masks[length].low = length >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * length) - 1;
      masks[length].high = length <= 8 ? 0 : (std::uint64_t{1} << 8 * (length - 8)) - 1;
    }
    return masks;
  }
  static const std::array<Key, 16> kMasks;

  void insert_short(const Key& key, std::span<const TokenId> ids);
  void insert_long(std::string_view piece, std::span<const TokenId> ids);
  void resize_short(std::size_t lines);
  void resize_long(std::size_t slots);

  std::vector<Line> lines_;
  unsigned shift_ = 0;
  std::size_t used_ = 0;
  std::vector<LongSlot> long_;
  std::size_t long_used_ = 0;
  std::string long_text_;
  std::vector<TokenId> long_ids_;
};

inline constexpr std::array<PieceCache::Key, 16> PieceCache::kMasks = PieceCache::make_masks();

}  // namespace hartonomous::core::cpe
