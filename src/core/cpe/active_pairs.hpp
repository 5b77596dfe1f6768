// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The pairs a trainer keeps account of: count, and the places where the pair may stand. A place is
// the cell of the left symbol; it goes stale when either symbol is merged away, and is then
// skipped. Open addressing from the pair to its record, at most half full. Records are never
// removed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hartonomous::core::cpe {

struct ActivePair {
  std::uint64_t count = 0;
  std::uint32_t left = 0, right = 0;
  std::size_t first_place = 0;  // in the list of all places, ascending
  std::size_t places = 0;
};

class ActivePairs {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  ActivePairs() { clear(); }

  void clear();
  std::size_t size() const noexcept { return records_.size(); }
  ActivePair& operator[](std::uint32_t index) noexcept { return records_[index]; }
  const ActivePair& operator[](std::uint32_t index) const noexcept { return records_[index]; }

  // Index of the pair's record, or kNone. O(1).
  std::uint32_t find(std::uint32_t left, std::uint32_t right) const noexcept {
    const std::uint64_t key = key_of(left, right);
    for (std::size_t at = hash(key) >> shift_;; at = (at + 1) & mask_) {
      if (slots_[at].key == key) return slots_[at].index;
      if (slots_[at].key == 0) return kNone;
    }
  }
  // As find(), but makes a record of count 0 if there is none. Invalidates references to records.
  std::uint32_t find_or_add(std::uint32_t left, std::uint32_t right);

  std::vector<std::uint32_t>& places() noexcept { return places_; }
  std::span<const std::uint32_t> places_of(std::uint32_t index) const noexcept {
    return std::span(places_).subspan(records_[index].first_place, records_[index].places);
  }

  // Spreads a pair over 64 bits, the best ones on top.
  static std::uint64_t hash(std::uint64_t key) noexcept {
    return (key ^ key >> 29) * 0x9e3779b97f4a7c15U;
  }
  // Not 0, for symbols in cells are numbered from 1.
  static std::uint64_t key_of(std::uint32_t left, std::uint32_t right) noexcept {
    return std::uint64_t{left} << 32 | right;
  }

 private:
  struct Slot {
    std::uint64_t key;
    std::uint32_t index;
  };
  void grow();

  std::vector<ActivePair> records_;
  std::vector<std::uint32_t> places_;
  std::vector<Slot> slots_;
  std::size_t mask_;
  unsigned shift_;
};

}  // namespace hartonomous::core::cpe
