// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Sorting what a file lists, to find names that repeat and ranges that overlap: O(n log n) on every
// input, where a hash table could be driven to O(n^2) by names chosen to collide.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"

namespace hartonomous::core::format {

// The permutation of 0..count-1 that orders key(i) ascending. REQUIRES: count < 2^32. Allocates 4
// bytes per element; reaches the checkpoint, with no work, as it goes.
template <class Key>
std::vector<std::uint32_t> sorted_order(std::size_t count, Checkpoint& checkpoint, Key key) {
  std::vector<std::uint32_t> order(count);
  for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
  std::uint32_t looks = 0;
  std::ranges::sort(order, {}, [&](std::uint32_t i) {
    if (++looks % 65536 == 0) checkpoint.reached(0);
    return key(i);
  });
  return order;
}

// Index of an element whose name another element has too; nothing if all differ. `name_of` maps an
// element to a std::string_view into it.
template <class Elements, class NameOf>
std::optional<std::size_t> first_duplicate(const Elements& elements, Checkpoint& checkpoint,
                                           NameOf name_of) {
  const auto name = [&](std::uint32_t i) -> std::string_view { return name_of(elements[i]); };
  const auto order = sorted_order(elements.size(), checkpoint, name);
  const auto twice = std::ranges::adjacent_find(order, {}, name);
  if (twice == order.end()) return std::nullopt;
  return *twice;
}

}  // namespace hartonomous::core::format
