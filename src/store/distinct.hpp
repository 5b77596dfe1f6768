// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

namespace hartonomous::store {

// Sorts by key and keeps one of each key. Hashes in ascending order are also the order in which
// locks are taken. O(n log n).
template <class T, class Key = std::identity>
void sort_distinct(std::vector<T>& values, Key key = {}) {
  std::ranges::sort(values, {}, key);
  const auto is_same = [&](const T& a, const T& b) {
    return std::invoke(key, a) == std::invoke(key, b);
  };
  values.erase(std::unique(values.begin(), values.end(), is_same), values.end());
}

}  // namespace hartonomous::store
