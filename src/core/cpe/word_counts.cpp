// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/word_counts.hpp"

#include <cstring>

namespace hartonomous::core::cpe {

namespace {

constexpr std::size_t kFirstSlots = 1 << 12;
constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15U, kMixTail = 0xd6e8feb86659fd93U;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Places words in the table only: never stored, never seen in a result.
std::uint32_t hash_of(std::string_view word) noexcept {
  std::uint64_t hash = kMix ^ word.size(), part = 0;
  while (word.size() > 8) {
    std::memcpy(&part, word.data(), 8);
    hash = fold(hash ^ part, kMixTail);
    word.remove_prefix(8);
  }
  part = 0;
  std::memcpy(&part, word.data(), word.size());
  return static_cast<std::uint32_t>(fold(hash ^ part, kMix) >> 16);
}

}  // namespace

WordCounts::WordCounts() : table_(kFirstSlots, kFree), mask_(kFirstSlots - 1) {}

bool WordCounts::add(std::string_view word, std::uint64_t times) {
  const std::uint32_t hash = hash_of(word);
  std::size_t slot = hash & mask_;
  for (; table_[slot] != kFree; slot = (slot + 1) & mask_) {
    Word& seen = words_[table_[slot]];
    if (seen.hash == hash && seen.length == word.size() &&
        std::memcmp(arena_.data() + seen.offset, word.data(), word.size()) == 0) {
      seen.count += times;
      return false;
    }
  }
  table_[slot] = static_cast<std::uint32_t>(words_.size());
  words_.push_back({arena_.size(), times, static_cast<std::uint32_t>(word.size()), hash});
  arena_.insert(arena_.end(), word.begin(), word.end());
  if (words_.size() * 2 > table_.size()) grow();
  return true;
}

void WordCounts::grow() {
  table_.assign(table_.size() * 2, kFree);
  mask_ = table_.size() - 1;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    std::size_t slot = words_[i].hash & mask_;
    while (table_[slot] != kFree) slot = (slot + 1) & mask_;
    table_[slot] = static_cast<std::uint32_t>(i);
  }
}

}  // namespace hartonomous::core::cpe
