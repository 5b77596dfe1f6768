// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What becomes of text that has no token: tokens for its bytes, the unknown token, or nothing.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "core/tokenizer/definition.hpp"

namespace hartonomous::core::tokenizer {

class UnknownText {
 public:
  UnknownText() = default;
  explicit UnknownText(const Definition& definition);

  // Appends what stands for one character without a token. Spelt in bytes only if all of its bytes
  // have tokens.
  void append(std::string_view character, std::vector<TokenId>& out) const;

  // Makes runs of the unknown token at or after `begin` one, where the model does so.
  void fuse(std::vector<TokenId>& ids, std::size_t begin) const;

  // In an image.
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    image.value(self.of_byte_);
    image.value(self.unknown_);
    image.value(self.fuses_);
  }

 private:
  static constexpr TokenId kNone = 0xffffffff;
  std::array<TokenId, 256> of_byte_{};
  TokenId unknown_ = kNone;
  bool fuses_ = false;
};

}  // namespace hartonomous::core::tokenizer
