// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Sorting that answers its checkpoint: blocks are sorted one by one and then merged pairwise, and
// the checkpoint is reached after every block and every merged stretch of 64 Ki elements. Not
// stable. O(n log n), memory for a second copy.
#pragma once

#include <algorithm>
#include <vector>

#include "core/base/checkpoint.hpp"

namespace hartonomous::core {

template <class T, class Less>
void interruptible_sort(std::vector<T>& values, Less less, Checkpoint& checkpoint) {
  constexpr std::size_t kBlock = 1 << 16;
  const std::size_t count = values.size();
  for (std::size_t at = 0; at < count; at += kBlock) {
    std::sort(values.begin() + static_cast<std::ptrdiff_t>(at),
              values.begin() + static_cast<std::ptrdiff_t>(std::min(at + kBlock, count)), less);
    checkpoint.reached(0);
  }
  if (count <= kBlock) return;
  std::vector<T> merged(count);
  for (std::size_t width = kBlock; width < count; width *= 2) {
    for (std::size_t begin = 0; begin < count; begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, count);
      const std::size_t end = std::min(begin + 2 * width, count);
      std::size_t left = begin, right = middle;
      for (std::size_t out = begin; out < end; ++out) {
        const bool take_right =
            left == middle || (right < end && less(values[right], values[left]));
        merged[out] = values[take_right ? right++ : left++];
        if (out % kBlock == kBlock - 1) checkpoint.reached(0);
      }
    }
    values.swap(merged);
  }
}

}  // namespace hartonomous::core
