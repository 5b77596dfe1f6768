// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/word_cutter.hpp"

namespace hartonomous::core::tokenizer {

void WordCutter::add(std::string_view token) noexcept {
  for (std::size_t i = 1; i < token.size(); ++i) {
    const auto left = static_cast<unsigned char>(token[i - 1]);
    const auto right = static_cast<unsigned char>(token[i]);
    together_[left * 4U + (right >> 6)] |= std::uint64_t{1} << (right & 63);
  }
}

void WordCutter::cut_before_spaces() noexcept {
  for (unsigned left = 0; left < 256; ++left) {
    together_[left * 4U + (' ' >> 6)] &= ~(std::uint64_t{1} << (' ' & 63));
  }
}

std::size_t WordReader::read(std::span<std::size_t> ends) noexcept {
  std::size_t count = 0;
  const std::size_t size = text_.size();
  while (count < ends.size() && at_ < size) {
    auto left = static_cast<unsigned char>(text_[at_]);
    std::size_t end = at_ + 1;
    for (; end < size; ++end) {
      const auto right = static_cast<unsigned char>(text_[end]);
      if (cutter_.cuts_between(left, right)) break;
      left = right;
    }
    at_ = ends[count++] = end;
  }
  return count;
}

}  // namespace hartonomous::core::tokenizer
