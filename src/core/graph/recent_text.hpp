// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A cache: what the last `window` words of a text say about the next one, by the counts of single
// words, of words after one word and of words after two. Old words leave as new ones come.
//
// Kuhn and De Mori 1990 for the idea. Integer counts: the same words give the same answers. Whoever
// asks at one place only has the window scanned for it, O(window); from the second place asked on,
// everything is kept counted: three map operations a word, and as many for the word that leaves.
// Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "core/graph/counted_words.hpp"

namespace hartonomous::core::graph {

class RecentText {
 public:
  static constexpr std::uint32_t kLongest = 3;  // words in the longest sequences counted

  // REQUIRES: window > 0.
  explicit RecentText(std::uint32_t window) : window_(window) {}

  std::uint32_t window() const noexcept { return window_; }
  void read(Symbol word);
  void clear() noexcept;
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(text_.size()); }

  // What followed the last n-1 words in the window, 1 <= n <= kLongest, by falling count. Null if
  // nothing did. Valid until the next read() or clear().
  const CountedWords* continuations(std::uint32_t n);

 private:
  std::uint64_t key_before(std::size_t at, std::uint32_t n) const noexcept;
  void count(std::size_t at);
  void count_all();
  void scan();
  void forget_oldest();

  std::uint32_t window_;
  std::deque<Symbol> text_;
  std::array<std::unordered_map<std::uint64_t, CountedWords>, kLongest> after_;
  bool is_counted_ = false;  // in after_
  // What scan() found for this place, and for how many places it did.
  std::array<CountedWords, kLongest> scanned_;
  bool is_scanned_ = false;
  std::uint32_t scans_ = 0;
};

}  // namespace hartonomous::core::graph
