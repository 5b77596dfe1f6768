// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The pairs of an ordinary vocabulary in half the memory, because most of the time of merging is
// spent waiting for it. Ordinary: merges in order of rank make tokens in order of id, so that the
// id of the result serves as the rank, and ids have at most 20 bits. Then a pair and its result are
// one word; and the results of all pairs of two bytes are a table of their own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/cpe/pair_table.hpp"

namespace hartonomous::core::cpe {

class CompactPairs {
 public:
  static constexpr TokenId kMaxId = (1U << 20) - 2;
  static constexpr std::size_t kLongest = 32;  // units of a piece that merge() takes

  // `pairs` is how many insert() will bring, all of ids below `id_limit`.
  CompactPairs(std::size_t pairs, std::size_t id_limit);
  // REQUIRES: ids <= kMaxId, all pairs distinct.
  void insert(TokenId left, TokenId right, TokenId result) noexcept;
  // Once all pairs are there. of_byte[b] is the token of byte b, or passes through.
  void index_bytes(const std::array<TokenId, 256>& of_byte);

  // The token that the two merge into, or kNoToken. Any ids.
  TokenId find(TokenId left, TokenId right) const noexcept {
    if (((left | right) >> 20) != 0) return kNoToken;  // passes through
    const std::uint64_t key = std::uint64_t{left} << 20 | right;
    for (std::size_t at = slot_of(key);; at = (at + 1) & mask_) {
      const std::uint64_t slot = slots_[at];
      if (slot >> 20 == key) return static_cast<TokenId>(slot & (kMaxId + 1));
      if (slot == kFree) return kNoToken;
    }
  }

  struct Parts {
    TokenId left = kNoToken, right = kNoToken;  // kNoToken: a unit
  };
  std::size_t id_limit() const noexcept { return parts_.size(); }
  // What a token is made of. Any id.
  Parts parts(TokenId id) const noexcept { return id < parts_.size() ? parts_[id] : Parts(); }

  // Merges the units of a piece by the definition, into `out`, and returns how many tokens are
  // left. O(n²) moves of small n. REQUIRES: index_bytes(); 0 < piece.size() <= kLongest; `out` has
  // kLongest places.
  std::size_t merge_bytes(std::string_view piece, TokenId* out) const noexcept;
  // The same of `count` tokens in place.
  std::size_t merge(TokenId* tokens, std::size_t count) const noexcept;

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};

  std::size_t slot_of(std::uint64_t key) const noexcept {
    return static_cast<std::size_t>((key ^ key >> 23) * 0x9e3779b97f4a7c15U >> shift_);
  }
  std::size_t merge_ranked(TokenId* tokens, std::int32_t* ranks, std::size_t count) const noexcept;

  std::vector<std::uint64_t> slots_;  // left, right, result: 20 bits each, the highest 4 unused
  std::size_t mask_;
  unsigned shift_;
  std::array<TokenId, 256> of_byte_{};
  std::vector<Parts> parts_;       // by id
  std::vector<TokenId> of_bytes_;  // first byte * 256 + second
};

}  // namespace hartonomous::core::cpe
