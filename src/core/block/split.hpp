// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where a byte range is cut into blocks. The cuts depend on the row size and the length alone, so
// the same tensor is cut alike wherever it comes from.
#pragma once

#include <cstdint>

namespace hartonomous::core::block {

// One heap row of payload: 126 × 64 bytes, so that it fills a page and starts 64-byte aligned in
// it.
inline constexpr std::uint64_t kPagePayload = 8064;
// The most a block holds: 128 full pages.
inline constexpr std::uint64_t kMaxBlock = 128 * kPagePayload;

// Bytes per block of a tensor whose innermost rows take `row_bytes`: as many whole rows as fit, or
// kMaxBlock if a row is larger than that. `row_bytes` = 0 means "no rows" (literal bytes). The last
// block of a range takes what is left. O(1).
constexpr std::uint64_t block_length(std::uint64_t row_bytes) noexcept {
  if (row_bytes == 0 || row_bytes > kMaxBlock) return kMaxBlock;
  return kMaxBlock / row_bytes * row_bytes;
}

}  // namespace hartonomous::core::block
