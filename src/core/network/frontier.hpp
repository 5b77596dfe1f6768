// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The queue of a best-first search: the least key first, of equal ones the lesser node. A node may
// be in it several times; the searcher drops those that its distance has overtaken.
#pragma once

#include <algorithm>
#include <vector>

#include "core/network/graph.hpp"

namespace hartonomous::core::network {

class Frontier {
 public:
  struct Entry {
    double key, distance;
    Node node;
  };

  bool empty() const noexcept { return heap_.empty(); }
  std::size_t size() const noexcept { return heap_.size(); }
  double least() const noexcept { return heap_.front().key; }

  void push(double key, double distance, Node node) {
    heap_.push_back({key, distance, node});
    std::size_t at = heap_.size() - 1;
    const Entry entry = heap_[at];
    for (; at > 0 && before(entry, heap_[(at - 1) / kWidth]); at = (at - 1) / kWidth) {
      heap_[at] = heap_[(at - 1) / kWidth];
    }
    heap_[at] = entry;
  }

  // REQUIRES: !empty()
  Entry pop() {
    const Entry least = heap_.front(), last = heap_.back();
    heap_.pop_back();
    std::size_t at = 0;
    while (kWidth * at + 1 < heap_.size()) {
      const std::size_t begin = kWidth * at + 1, end = std::min(begin + kWidth, heap_.size());
      std::size_t child = begin;
      for (std::size_t i = begin + 1; i < end; ++i) {
        if (before(heap_[i], heap_[child])) child = i;
      }
      if (!before(heap_[child], last)) break;
      heap_[at] = heap_[child];
      at = child;
    }
    if (!heap_.empty()) heap_[at] = last;
    return least;
  }

 private:
  static constexpr std::size_t kWidth = 4;
  static bool before(const Entry& a, const Entry& b) noexcept {
    return a.key < b.key || (a.key == b.key && a.node < b.node);
  }
  std::vector<Entry> heap_;
};

}  // namespace hartonomous::core::network
