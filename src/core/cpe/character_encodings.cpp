// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/character_encodings.hpp"

#include <algorithm>

namespace hartonomous::core::cpe {

namespace {

std::uint64_t bit_of(TokenId id) noexcept { return std::uint64_t{1} << (id * 0x9e3779b9U >> 26); }

}  // namespace

// The token before a character of three bytes ends in the last byte of another, so only left parts
// that end in a byte that continues are counted: else a frequent byte would fit everything.
CharacterEncodings::CharacterEncodings(const Vocabulary& vocabulary)
    : pairs_(*vocabulary.compact_pairs()), entries_(std::size_t{1} << 16) {
  const auto limit = static_cast<TokenId>(pairs_.id_limit());
  may_follow_.resize(limit);
  for (TokenId id = 0; id < limit; ++id) {
    const CompactPairs::Parts parts = pairs_.parts(id);
    if (parts.left == kNoToken || (vocabulary.bytes(parts.left).back() & 0xc0) != 0x80) continue;
    may_follow_[parts.right] |= bit_of(parts.left);
  }
}

void CharacterEncodings::fill(std::string_view character, Entry& entry) const noexcept {
  std::array<TokenId, CompactPairs::kLongest> ids;
  entry.count = static_cast<std::uint32_t>(pairs_.merge_bytes(character, ids.data()));
  std::copy_n(ids.begin(), entry.count, entry.ids.begin());
  for (TokenId id = ids[entry.count - 1]; id < may_follow_.size(); id = pairs_.parts(id).right) {
    entry.right |= bit_of(id);
  }
  for (TokenId id = ids[0]; id < may_follow_.size(); id = pairs_.parts(id).left) {
    entry.may_follow |= may_follow_[id];
  }
}

}  // namespace hartonomous::core::cpe
