// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What two neighbouring tokens merge into: open addressing, at most half full, read-only once the
// vocabulary is built.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/flat_array.hpp"

namespace hartonomous::core {

class ImageReader;
class ImageWriter;

}  // namespace hartonomous::core

namespace hartonomous::core::cpe {

using TokenId = std::uint32_t;
inline constexpr TokenId kNoToken = 0xffffffff;
inline constexpr std::uint32_t kNoRank = 0xffffffff;

struct Merged {
  std::uint32_t rank = kNoRank;  // the lower merges first; kNoRank: the two do not merge
  TokenId result = kNoToken;
};

class PairTable {
 public:
  explicit PairTable(std::size_t expected = 0);

  Merged find(TokenId left, TokenId right) const noexcept {
    const std::uint64_t key = std::uint64_t{left} << 32 | right;
    std::size_t at = slot_of(key);
    for (std::size_t looks = 0; looks < slots_.size(); ++looks, at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.key == key) return slot.merged;
      if (slot.key == kFree) break;
    }
    return {};
  }
  // Keeps the lower rank when the pair is there already. REQUIRES: merged.rank != kNoRank.
  void insert(TokenId left, TokenId right, Merged merged);
  std::size_t size() const noexcept { return used_; }

  // The table in an image; reading checks what find() relies on.
  void write(ImageWriter& image) const;
  void read(ImageReader& image);

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};
  struct Slot {
    std::uint64_t key = kFree;
    Merged merged;
  };
  std::size_t slot_of(std::uint64_t key) const noexcept {
    const std::uint64_t h = (key ^ key >> 29) * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(h >> shift_);
  }
  void resize(std::size_t slots);
  void set_size() noexcept;

  FlatArray<Slot> slots_;
  std::size_t mask_ = 0, used_ = 0;
  unsigned shift_ = 0;
};

}  // namespace hartonomous::core::cpe
