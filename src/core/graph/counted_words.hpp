// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Words with counts that go up and down by one, always in order of falling count.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/graph/symbol_table.hpp"

namespace hartonomous::core::graph {

struct CountedWord {
  Symbol word;
  std::uint32_t count;
  bool operator==(const CountedWord&) const = default;
};

// Finding a word looks through the list while it is short, and in an index once it was long.
class CountedWords {
 public:
  std::uint32_t total() const noexcept { return total_; }
  // Falling counts; equal counts in no order that means anything, but the same for the same calls.
  std::span<const CountedWord> words() const noexcept { return words_; }
  std::uint32_t count(Symbol word) const noexcept {
    const std::size_t at = find(word);
    return at == words_.size() ? 0 : words_[at].count;
  }

  // What adding each word so many times gives. REQUIRES: words distinct, counts > 0.
  void assign(std::vector<CountedWord> words) {
    std::sort(words.begin(), words.end(), [](const CountedWord& a, const CountedWord& b) {
      return a.count != b.count ? a.count > b.count : a.word < b.word;
    });
    words_ = std::move(words);
    place_.clear();
    total_ = 0;
    for (const CountedWord& w : words_) total_ += w.count;
    if (words_.size() > kLong) index();
  }

  void add(Symbol word) {
    ++total_;
    const std::size_t at = find(word);
    if (at == words_.size()) {
      words_.push_back({word, 1});
      if (!place_.empty()) place_[word] = static_cast<std::uint32_t>(at);
      if (place_.empty() && words_.size() > kLong) index();
      return;
    }
    // It changes places with the first of its count, and is then in order with one more.
    const std::uint32_t count = words_[at].count;
    const auto first = std::partition_point(words_.begin(), words_.begin() + offset(at),
                                            [=](const CountedWord& w) { return w.count > count; });
    ++words_[exchange(at, static_cast<std::size_t>(first - words_.begin()))].count;
  }

  // REQUIRES: count(word) > 0.
  void remove(Symbol word) {
    --total_;
    const std::size_t at = find(word);
    const std::uint32_t count = words_[at].count;
    const auto after = std::partition_point(words_.begin() + offset(at), words_.end(),
                                            [=](const CountedWord& w) { return w.count >= count; });
    const std::size_t last = exchange(at, static_cast<std::size_t>(after - words_.begin()) - 1);
    if (--words_[last].count > 0) return;
    words_.pop_back();  // counts of 0 would stand at the end
    place_.erase(word);
  }

 private:
  static constexpr std::size_t kLong = 32;

  static std::ptrdiff_t offset(std::size_t at) noexcept { return static_cast<std::ptrdiff_t>(at); }
  std::size_t find(Symbol word) const noexcept {
    if (!place_.empty()) {
      const auto found = place_.find(word);
      return found == place_.end() ? words_.size() : found->second;
    }
    const auto found = std::find_if(words_.begin(), words_.end(),
                                    [=](const CountedWord& w) { return w.word == word; });
    return static_cast<std::size_t>(found - words_.begin());
  }
  // Swaps the words at two places; returns the second.
  std::size_t exchange(std::size_t from, std::size_t to) {
    std::swap(words_[from], words_[to]);
    if (!place_.empty()) {
      place_[words_[from].word] = static_cast<std::uint32_t>(from);
      place_[words_[to].word] = static_cast<std::uint32_t>(to);
    }
    return to;
  }
  void index() {
    for (std::size_t at = 0; at < words_.size(); ++at) {
      place_[words_[at].word] = static_cast<std::uint32_t>(at);
    }
  }

  std::vector<CountedWord> words_;
  std::unordered_map<Symbol, std::uint32_t> place_;  // of each word in words_, or empty
  std::uint32_t total_ = 0;
};

}  // namespace hartonomous::core::graph
