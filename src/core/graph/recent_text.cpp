// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/recent_text.hpp"

#include <algorithm>

namespace hartonomous::core::graph {

// The n-1 words before place `at`. REQUIRES: at >= n-1.
std::uint64_t RecentText::key_before(std::size_t at, std::uint32_t n) const noexcept {
  std::uint64_t key = 0;
  for (std::uint32_t i = 1; i < n; ++i) key = key << 32 | text_[at - i];
  return key;
}

void RecentText::count(std::size_t at) {
  for (std::uint32_t n = 1; n <= kLongest && n <= at + 1; ++n) {
    after_[n - 1][key_before(at, n)].add(text_[at]);
  }
}

void RecentText::read(Symbol word) {
  is_scanned_ = false;
  text_.push_back(word);
  if (is_counted_) count(text_.size() - 1);
  if (text_.size() <= window_) return;
  if (is_counted_) {
    forget_oldest();
  } else {
    text_.pop_front();
  }
}

void RecentText::forget_oldest() {
  // The oldest word ends no counted sequence but that of itself alone; it begins the others.
  for (std::uint32_t n = 1; n <= kLongest && n <= text_.size(); ++n) {
    const auto at = after_[n - 1].find(key_before(n - 1, n));
    at->second.remove(text_[n - 1]);
    if (at->second.total() == 0) after_[n - 1].erase(at);
  }
  text_.pop_front();
}

void RecentText::clear() noexcept {
  text_.clear();
  for (auto& map : after_) map.clear();
  is_scanned_ = false;
}

void RecentText::count_all() {
  is_counted_ = true;
  for (std::size_t at = 0; at < text_.size(); ++at) count(at);
}

void RecentText::scan() {
  is_scanned_ = true;
  ++scans_;
  scanned_ = {};
  Symbol last = 0;
  for (const Symbol word : text_) last = std::max(last, word);
  std::vector<std::uint32_t> counts(std::size_t{last} + 1);
  for (const Symbol word : text_) ++counts[word];
  std::vector<CountedWord> words;
  for (Symbol word = 0; word <= last; ++word) {
    if (counts[word] > 0) words.push_back({word, counts[word]});
  }
  scanned_[0].assign(std::move(words));
  for (std::uint32_t n = 2; n <= kLongest && n <= text_.size(); ++n) {
    const std::uint64_t here = key_before(text_.size(), n);
    for (std::size_t at = n - 1; at < text_.size(); ++at) {
      if (text_[at - 1] == text_.back() && key_before(at, n) == here)
        scanned_[n - 1].add(text_[at]);
    }
  }
}

const CountedWords* RecentText::continuations(std::uint32_t n) {
  if (!is_counted_ && !is_scanned_) {
    if (scans_ > 0) {
      count_all();
    } else {
      scan();
    }
  }
  if (!is_counted_) return scanned_[n - 1].total() == 0 ? nullptr : &scanned_[n - 1];
  if (n > text_.size() + 1) return nullptr;
  const auto at = after_[n - 1].find(key_before(text_.size(), n));
  return at == after_[n - 1].end() ? nullptr : &at->second;
}

}  // namespace hartonomous::core::graph
