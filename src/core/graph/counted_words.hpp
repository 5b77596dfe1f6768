// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Words with counts that go up and down by one, always in order of falling count.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/graph/symbol_table.hpp"

namespace hartonomous::core::graph {

struct CountedWord {
  Symbol word;
  std::uint32_t count;
  bool operator==(const CountedWord&) const = default;
};

// For the few words that follow one context: finding a word looks through the list.
class CountedWords {
 public:
  std::uint32_t total() const noexcept { return total_; }
  // Falling counts; equal counts in no order that means anything, but the same for the same calls.
  std::span<const CountedWord> words() const noexcept { return words_; }
  std::uint32_t count(Symbol word) const noexcept {
    const auto at = find(word);
    return at == words_.end() ? 0 : at->count;
  }

  void add(Symbol word) {
    ++total_;
    auto at = const_cast_of(find(word));
    if (at == words_.end()) {
      words_.push_back({word, 1});
      return;
    }
    // It changes places with the first of its count, and is then in order with one more.
    const auto first = std::partition_point(
        words_.begin(), at, [&](const CountedWord& w) { return w.count > at->count; });
    std::swap(*first, *at);
    ++first->count;
  }

  // REQUIRES: count(word) > 0.
  void remove(Symbol word) {
    --total_;
    auto at = const_cast_of(find(word));
    const auto after = std::partition_point(
        at, words_.end(), [&](const CountedWord& w) { return w.count >= at->count; });
    std::swap(*(after - 1), *at);
    if (--(after - 1)->count == 0) words_.pop_back();
  }

 private:
  using List = std::vector<CountedWord>;
  List::const_iterator find(Symbol word) const noexcept {
    return std::find_if(words_.begin(), words_.end(),
                        [word](const CountedWord& w) { return w.word == word; });
  }
  List::iterator const_cast_of(List::const_iterator at) noexcept {
    return words_.begin() + (at - words_.begin());
  }

  List words_;
  std::uint32_t total_ = 0;
};

}  // namespace hartonomous::core::graph
