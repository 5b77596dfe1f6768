// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What pieces seen before were encoded to. A piece of up to 15 bytes is its own key: 16 bytes, the
// last of which is its length. Such a key and up to four ids fill a slot of 32 bytes, two slots a
// cache line, and a key lies in its own line or not in the table, so that a look-up costs one line,
// which the caller fetches ahead. Longer pieces and longer encodings are kept apart.
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
#include "core/cpe/short_key.hpp"

namespace hartonomous::core::cpe {

class PieceCache {
 public:
  static constexpr std::size_t kLongest = 512;  // longest piece that is kept at all

  PieceCache();

  std::size_t line_of(const ShortKey& key) const noexcept {
    return static_cast<std::size_t>(key.hash() >> shift_);
  }
  void fetch(std::size_t line) const noexcept { __builtin_prefetch(lines_.data() + line); }

  // Writes the ids of a piece found in its line to `out`, always four words, and returns how many
  // are ids; 0 if the piece is not there. The two slots are told apart without a jump, which the
  // processor would guess wrong half of the time.
  std::size_t find_short(const ShortKey& key, std::size_t line, TokenId* out) const noexcept {
    const Slot* slots = lines_.data()[line].slots;
    const std::uint64_t differs = (slots[0].key.low ^ key.low) | (slots[0].key.high ^ key.high);
    const Slot& slot = slots[differs != 0];
    std::memcpy(out, slot.ids.data(), sizeof slot.ids);
    const TokenId first = out[0];
    out[0] = first & ~kCountBits;
    return slot.key == key ? first >> kCountShift & 7 : 0;
  }
  // A piece of any length up to kLongest; empty if it is not known.
  std::span<const TokenId> find_long(std::string_view piece) const noexcept;

  // Remembers a piece of 1 to kLongest bytes. REQUIRES: some ids. Invalidates spans and lines handed out.
  void insert(std::string_view piece, std::span<const TokenId> ids);

  void clear();

 private:
  // Ids have at most 24 bits, or the highest bit and 21 (vocabulary.hpp); between them is room for
  // the count in the first id.
  static constexpr unsigned kCountShift = 24;
  static constexpr TokenId kCountBits = 7U << kCountShift;

  struct Slot {
    ShortKey key{};  // length 0: free
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
  void insert_short(const ShortKey& key, std::span<const TokenId> ids);
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

}  // namespace hartonomous::core::cpe
