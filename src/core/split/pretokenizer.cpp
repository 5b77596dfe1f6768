// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/split/pretokenizer.hpp"

namespace hartonomous::core::split {

namespace {

constexpr std::string_view kNames[] = {"none",   "whitespace", "gpt2", "cl100k",
                                       "llama3", "qwen2",      "o200k"};

}  // namespace

std::string_view pattern_name(Pattern pattern) noexcept {
  return kNames[static_cast<std::size_t>(pattern)];
}

std::optional<Pattern> pattern_by_name(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) return static_cast<Pattern>(i);
  }
  return std::nullopt;
}

std::size_t Pretokenizer::read(std::span<std::size_t> ends) noexcept {
  std::size_t count = 0;
  for (; count < ends.size() && at_ < text_.size(); ++count) {
    ends[count] = at_ = piece_end(pattern_, text_, at_);
  }
  return count;
}

}  // namespace hartonomous::core::split
