// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/recent_text.hpp"

namespace hartonomous::core::graph {

// The n-1 words before place `at`. REQUIRES: at >= n-1.
std::uint64_t RecentText::key_before(std::size_t at, std::uint32_t n) const noexcept {
  std::uint64_t key = 0;
  for (std::uint32_t i = 1; i < n; ++i) key = key << 32 | text_[at - i];
  return key;
}

void RecentText::read(Symbol word) {
  for (std::uint32_t n = 1; n <= kLongest && n <= text_.size() + 1; ++n) {
    after_[n - 1][key_before(text_.size(), n)].add(word);
  }
  text_.push_back(word);
  if (text_.size() > window_) forget_oldest();
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
}

const CountedWords* RecentText::continuations(std::uint32_t n) const noexcept {
  if (n > text_.size() + 1) return nullptr;
  const auto at = after_[n - 1].find(key_before(text_.size(), n));
  return at == after_[n - 1].end() ? nullptr : &at->second;
}

}  // namespace hartonomous::core::graph
