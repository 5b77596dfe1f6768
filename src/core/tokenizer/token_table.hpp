// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What each token stands for, for decoding: all bytes end to end, 5 bytes a token beside them.
// Immutable and safe to share between threads once made.
#pragma once

#include <string_view>

#include "core/base/image.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::core::tokenizer {

class TokenTable {
 public:
  TokenTable() = default;
  explicit TokenTable(const cpe::VocabularyContent& vocabulary);

  std::size_t size() const noexcept { return kinds_.size(); }
  // REQUIRES of these: id < size().
  std::string_view bytes(std::uint32_t id) const noexcept {
    const std::uint32_t begin = id == 0 ? 0 : ends_.value_or(id - 1, 0);
    return stretch(arena_, begin, std::size_t{ends_.value_or(id, 0)} - begin);
  }
  cpe::TokenType type(std::uint32_t id) const noexcept {
    return static_cast<cpe::TokenType>(kinds_[id] & 7);
  }
  bool continues_word(std::uint32_t id) const noexcept { return (kinds_[id] & kContinues) != 0; }
  // False for a number that the vocabulary leaves free.
  bool is_token(std::uint32_t id) const noexcept {
    return type(id) != cpe::TokenType::kUnused || !bytes(id).empty();
  }

  // The table in an image.
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    image.array(self.arena_);
    image.array(self.ends_);
    image.array(self.kinds_);
  }

 private:
  static constexpr std::uint8_t kContinues = 8;

  FlatArray<char> arena_;
  FlatArray<std::uint32_t> ends_;
  FlatArray<std::uint8_t> kinds_;  // TokenType, kContinues
};

}  // namespace hartonomous::core::tokenizer
