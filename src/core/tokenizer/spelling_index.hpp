// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tokens by how they are spelt: sorted, not hashed, because a file may choose its tokens so that
// they collide. Immutable after build(); the texts are borrowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"

namespace hartonomous::core::tokenizer {

class SpellingIndex {
 public:
  void reserve(std::size_t count) { entries_.reserve(count); }
  void add(std::string_view text, std::uint32_t token);
  // Sorts what was added. Returns the token whose text another, lower token has too, if any: find()
  // gives the lower one. O(n log n).
  std::optional<std::uint32_t> build(Checkpoint& checkpoint);
  // O(log n).
  std::optional<std::uint32_t> find(std::string_view text) const noexcept;

 private:
  struct Entry {
    std::uint64_t prefix;  // the first eight bytes, big-endian: most comparisons end here
    std::string_view text;
    std::uint32_t token;
  };
  std::vector<Entry> entries_;
};

}  // namespace hartonomous::core::tokenizer
