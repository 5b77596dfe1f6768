// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/compact_pairs.hpp"

#include <bit>

namespace hartonomous::core::cpe {

CompactPairs::CompactPairs(std::size_t pairs, std::size_t id_limit)
    : slots_(std::bit_ceil(pairs * 2 + 16), kFree), parts_(id_limit) {
  mask_ = slots_.size() - 1;
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots_.size()));
}

void CompactPairs::insert(TokenId left, TokenId right, TokenId result) noexcept {
  const std::uint64_t key = std::uint64_t{left} << 20 | right;
  std::size_t at = slot_of(key);
  while (slots_[at] != kFree) at = (at + 1) & mask_;
  slots_[at] = key << 20 | result;
  parts_[result] = {left, right};
}

void CompactPairs::index_bytes(const std::array<TokenId, 256>& of_byte) {
  of_byte_ = of_byte;
  of_bytes_.resize(65536);
  for (std::size_t i = 0; i < of_bytes_.size(); ++i)
    of_bytes_[i] = find(of_byte[i >> 8], of_byte[i & 255]);
}

std::size_t CompactPairs::merge_bytes(std::string_view piece, TokenId* out) const noexcept {
  TokenId results[kLongest];
  unsigned char previous = 0;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const auto byte = static_cast<unsigned char>(piece[i]);
    out[i] = of_byte_[byte];
    if (i > 0) results[i - 1] = of_bytes_[std::size_t{previous} << 8 | byte];
    previous = byte;
  }
  return merge_found(out, results, piece.size());
}

std::size_t CompactPairs::merge(TokenId* tokens, std::size_t count) const noexcept {
  TokenId results[kLongest];
  for (std::size_t i = 0; i + 1 < count; ++i) results[i] = find(tokens[i], tokens[i + 1]);
  return merge_found(tokens, results, count);
}

// Finding the lowest of a few numbers again is cheaper than keeping them in order.
std::size_t CompactPairs::merge_found(TokenId* tokens, TokenId* results,
                                      std::size_t count) const noexcept {
  while (count > 1) {
    std::size_t best = 0;
    TokenId lowest = results[0];
    for (std::size_t i = 1; i + 1 < count; ++i) {
      best = results[i] < lowest ? i : best;
      lowest = results[i] < lowest ? results[i] : lowest;
    }
    if (lowest == kNoToken) break;
    tokens[best] = lowest;
    --count;
    for (std::size_t i = best + 1; i < count; ++i) {
      tokens[i] = tokens[i + 1];
      results[i - 1] = results[i];
    }
    if (best > 0) results[best - 1] = find(tokens[best - 1], lowest);
    if (best + 1 < count) results[best] = find(lowest, tokens[best + 1]);
  }
  return count;
}

}  // namespace hartonomous::core::cpe
