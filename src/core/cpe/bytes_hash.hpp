// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A hash of byte strings for tables in memory and in images: the same in every process, whatever
// the standard library's is.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hartonomous::core::cpe {

inline std::uint64_t bytes_hash(std::string_view bytes) noexcept {
  constexpr std::uint64_t kMultiplier = 0x9fb21c651e98df25U;
  std::uint64_t h = bytes.size() * kMultiplier;
  const auto absorb = [&h](std::uint64_t word) {
    h = (std::rotl(h, 23) ^ word) * kMultiplier;
    h ^= h >> 32;
  };
  std::uint64_t word = 0;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::memcpy(&word, bytes.data(), 8);
    absorb(word);
  }
  word = 0;
  std::memcpy(&word, bytes.data(), bytes.size());
  absorb(word);
  return h;
}

}  // namespace hartonomous::core::cpe
