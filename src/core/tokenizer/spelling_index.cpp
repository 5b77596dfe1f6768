// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/spelling_index.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/interruptible_sort.hpp"

namespace hartonomous::core::tokenizer {

namespace {

std::uint64_t prefix_of(std::string_view text) noexcept {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, text.data(), std::min<std::size_t>(text.size(), sizeof prefix));
  return __builtin_bswap64(prefix);
}

}  // namespace

void SpellingIndex::add(std::string_view text, std::uint32_t token) {
  entries_.push_back({prefix_of(text), text, token});
}

std::optional<std::uint32_t> SpellingIndex::build(Checkpoint& checkpoint) {
  const auto less = [](const Entry& a, const Entry& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    if (a.text != b.text) return a.text < b.text;
    return a.token < b.token;
  };
  interruptible_sort(entries_, less, checkpoint);
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    if (entries_[i].text == entries_[i - 1].text) return entries_[i].token;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> SpellingIndex::find(std::string_view text) const noexcept {
  const std::uint64_t prefix = prefix_of(text);
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), text,
                                   [prefix](const Entry& entry, std::string_view wanted) {
                                     return entry.prefix != prefix ? entry.prefix < prefix
                                                                   : entry.text < wanted;
                                   });
  if (at == entries_.end() || at->text != text) return std::nullopt;
  return at->token;
}

}  // namespace hartonomous::core::tokenizer
