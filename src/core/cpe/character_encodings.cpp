// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/character_encodings.hpp"

namespace hartonomous::core::cpe {

void CharacterEncodings::fill(std::string_view text, Entry& entry) const noexcept {
  entry.count = static_cast<std::uint32_t>(pairs_.merge_three(text, entry.ids));
  for (TokenId id = entry.ids[entry.count - 1]; id != kNoToken; id = pairs_.parts(id).right) {
    entry.right |= CompactPairs::bit_of(id);
  }
  for (TokenId id = entry.ids[0]; id != kNoToken; id = pairs_.parts(id).left) {
    entry.may_follow |= pairs_.may_follow(id);
  }
}

}  // namespace hartonomous::core::cpe
