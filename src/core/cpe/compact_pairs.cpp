// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/compact_pairs.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace hartonomous::core::cpe {

namespace {

constexpr std::int32_t kNoMerge = std::numeric_limits<std::int32_t>::max();
constexpr std::size_t kBytePairs = 65536;
constexpr std::int32_t kAbsent = 1 << 30;  // kNoMerge, moved to the left, stays above this

std::int32_t ranked(TokenId result, std::size_t place) noexcept {
  return result > CompactPairs::kMaxId
             ? kNoMerge
             : static_cast<std::int32_t>(result * CompactPairs::kLongest + place);
}

}  // namespace

CompactPairs::CompactPairs(std::size_t pairs, std::size_t id_limit)
    : slots_(std::vector<std::uint64_t>(std::bit_ceil(pairs * 2 + 16), kFree)),
      parts_(std::vector<Parts>(id_limit)) {
  set_size();
}

void CompactPairs::set_size() noexcept {
  mask_ = slots_.size() - 1;
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots_.size()));
}

void CompactPairs::read(ImageReader& image) {
  pass(*this, image);
  const bool has_sizes = slots_.size() >= 2 && is_slot_count(slots_.size()) &&
                         (of_bytes_.empty() || of_bytes_.size() == kBytePairs);
  if (!has_sizes) return image.fail();
  set_size();
}

void CompactPairs::insert(TokenId left, TokenId right, TokenId result) noexcept {
  const std::uint64_t key = std::uint64_t{left} << 20 | right;
  std::size_t at = slot_of(key);
  while (slots_[at] != kFree) at = (at + 1) & mask_;
  slots_.element(at) = key << 20 | result;
  parts_.element(result) = {left, right};
}

void CompactPairs::index_bytes(const std::array<TokenId, 256>& of_byte) {
  of_byte_ = of_byte;
  std::vector<TokenId> of_bytes(kBytePairs);
  for (std::size_t i = 0; i < of_bytes.size(); ++i) {
    of_bytes[i] = find(of_byte[i >> 8], of_byte[i & 255]);
  }
  of_bytes_ = FlatArray<TokenId>(std::move(of_bytes));
  index_followers();
}

// A token's parts have smaller ids than it, so their last bytes are known when its own is asked.
void CompactPairs::index_followers() {
  std::vector<unsigned char> last_byte(parts_.size());
  for (std::size_t byte = 0; byte < of_byte_.size(); ++byte) {
    if (of_byte_[byte] < last_byte.size()) {
      last_byte[of_byte_[byte]] = static_cast<unsigned char>(byte);
    }
  }
  std::vector<std::uint64_t> may_follow(parts_.size());
  for (std::size_t id = 0; id < parts_.size(); ++id) {
    const Parts parts = parts_[id];
    if (parts.left == kNoToken) continue;
    last_byte[id] = last_byte[parts.right];
    if ((last_byte[parts.left] & 0xc0) == 0x80) may_follow[parts.right] |= bit_of(parts.left);
  }
  may_follow_ = FlatArray<std::uint64_t>(std::move(may_follow));
}

std::size_t CompactPairs::merge_three(std::string_view bytes,
                                      std::array<TokenId, 3>& out) const noexcept {
  for (std::size_t i = 0; i < 3; ++i) out[i] = of_byte_[static_cast<unsigned char>(bytes[i])];
  const TokenId left = find(out[0], out[1]), right = find(out[1], out[2]);
  if (left == kNoToken && right == kNoToken) return 3;
  if (left <= right) {  // the lower id is the lower rank
    out[0] = left;
    out[1] = out[2];
  } else {
    out[1] = right;
  }
  const TokenId whole = find(out[0], out[1]);
  if (whole == kNoToken) return 2;
  out[0] = whole;
  return 1;
}

std::size_t CompactPairs::merge_bytes(std::string_view piece, TokenId* out) const noexcept {
  std::int32_t ranks[kLongest];
  unsigned char previous = 0;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const auto byte = static_cast<unsigned char>(piece[i]);
    out[i] = of_byte_[byte];
    if (i > 0) ranks[i - 1] = ranked(of_bytes_[std::size_t{previous} << 8 | byte], i - 1);
    previous = byte;
  }
  return merge_ranked(out, ranks, piece.size());
}

std::size_t CompactPairs::merge(TokenId* tokens, std::size_t count) const noexcept {
  std::int32_t ranks[kLongest];
  for (std::size_t i = 0; i + 1 < count; ++i) ranks[i] = ranked(find(tokens[i], tokens[i + 1]), i);
  return merge_ranked(tokens, ranks, count);
}

// Finding the lowest of a few numbers again is cheaper than keeping them in order. With its place
// in a number's lowest bits, the minimum says where it is, and of equals it is the leftmost; and
// eight at a time, without a jump, the compiler finds it with vector instructions.
std::size_t CompactPairs::merge_ranked(TokenId* tokens, std::int32_t* ranks,
                                       std::size_t count) const noexcept {
  for (std::size_t i = count - 1; i < kLongest; ++i) ranks[i] = kNoMerge;
  while (count > 1) {
    std::int32_t lowest = kNoMerge;
    const std::size_t blocks = (count + 6) / 8;
    for (std::size_t block = 0; block < blocks; ++block) {
      for (std::size_t i = 0; i < 8; ++i) lowest = std::min(lowest, ranks[block * 8 + i]);
    }
    if (lowest >= kAbsent) break;
    const std::size_t best = static_cast<std::size_t>(lowest) % kLongest;
    const auto result = static_cast<TokenId>(lowest) / kLongest;
    tokens[best] = result;
    --count;
    for (std::size_t i = best + 1; i < count; ++i) {
      tokens[i] = tokens[i + 1];
      ranks[i - 1] = ranks[i] - 1;  // one place to the left
    }
    ranks[count - 1] = kNoMerge;
    if (best > 0) ranks[best - 1] = ranked(find(tokens[best - 1], result), best - 1);
    if (best + 1 < count) ranks[best] = ranked(find(result, tokens[best + 1]), best);
  }
  return count;
}

}  // namespace hartonomous::core::cpe
