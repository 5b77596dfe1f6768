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

#include "core/base/image.hpp"
#include "core/cpe/pair_table.hpp"

namespace hartonomous::core::cpe {

class CompactPairs {
 public:
  static constexpr TokenId kMaxId = (1U << 20) - 2;
  static constexpr std::size_t kLongest = 32;  // units of a piece that merge() takes

  CompactPairs() = default;
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
    std::size_t at = slot_of(key);
    for (std::size_t looks = 0; looks < slots_.size(); ++looks, at = (at + 1) & mask_) {
      const std::uint64_t slot = slots_[at];
      if (slot >> 20 == key) return static_cast<TokenId>(slot & (kMaxId + 1));
      if (slot == kFree) break;
    }
    return kNoToken;
  }

  struct Parts {
    TokenId left = kNoToken, right = kNoToken;  // kNoToken: a unit
  };
  bool has_bytes() const noexcept { return !of_bytes_.empty(); }  // index_bytes() was called

  // What a token is made of: ids below its own. Any id.
  Parts parts(TokenId id) const noexcept {
    const Parts parts = parts_.value_or(id, {});
    return parts.left < id && parts.right < id ? parts : Parts();
  }

  // Sets of 64 bits, a token hashed to a bit. Of the tokens that merge with `id` after them, those
  // whose last byte is not the first of a character (0x80 to 0xbf). Any id. REQUIRES:
  // index_bytes().
  static std::uint64_t bit_of(TokenId id) noexcept {
    return std::uint64_t{1} << (id * 0x9e3779b9U >> 26);
  }
  std::uint64_t may_follow(TokenId id) const noexcept {
    return may_follow_.value_or(id, 0);
  }

  // The encoding of three bytes by the definition; returns how many tokens. REQUIRES: as
  // merge_bytes().
  std::size_t merge_three(std::string_view bytes, std::array<TokenId, 3>& out) const noexcept;

  // Merges the units of a piece by the definition, into `out`, and returns how many tokens are
  // left. O(n²) moves of small n. REQUIRES: index_bytes(); 0 < piece.size() <= kLongest; `out` has
  // kLongest places.
  std::size_t merge_bytes(std::string_view piece, TokenId* out) const noexcept;
  // The same of `count` tokens in place.
  std::size_t merge(TokenId* tokens, std::size_t count) const noexcept;

  // The table in an image; reading checks what look-ups rely on.
  void write(ImageWriter& image) const { pass(*this, image); }
  void read(ImageReader& image);

 private:
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    image.array(self.slots_);
    image.value(self.of_byte_);
    image.array(self.parts_);
    image.array(self.of_bytes_);
    image.array(self.may_follow_);
  }
  void set_size() noexcept;

  static constexpr std::uint64_t kFree = ~std::uint64_t{0};

  std::size_t slot_of(std::uint64_t key) const noexcept {
    return static_cast<std::size_t>((key ^ key >> 23) * 0x9e3779b97f4a7c15U >> shift_);
  }
  void index_followers();
  std::size_t merge_ranked(TokenId* tokens, std::int32_t* ranks, std::size_t count) const noexcept;

  FlatArray<std::uint64_t> slots_;  // left, right, result: 20 bits each, the highest 4 unused
  std::size_t mask_ = 0;
  unsigned shift_ = 0;
  std::array<TokenId, 256> of_byte_{};
  FlatArray<Parts> parts_;               // by id
  FlatArray<TokenId> of_bytes_;          // first byte * 256 + second; or empty
  FlatArray<std::uint64_t> may_follow_;  // by id
};

}  // namespace hartonomous::core::cpe
