// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Cuts a text wherever no token of a vocabulary can reach across, so that what is between the cuts
// can be encoded alone and remembered. A cut is between two characters such that no token has the
// last byte of the one and the first of the other side by side: 64 Ki bits made once from all
// tokens. Where models tell words apart by a space that begins them, these are the words, and most
// punctuation beside them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace hartonomous::core::tokenizer {

class WordCutter {
 public:
  // Says that a token may have these bytes.
  void add(std::string_view token) noexcept;

  // Says that a space always begins a word, whatever the tokens say.
  void cut_before_spaces() noexcept;

  bool cuts_between(unsigned char left, unsigned char right) const noexcept {
    return (together_[left * 4U + (right >> 6)] >> (right & 63) & 1) == 0 && (right & 0xc0) != 0x80;
  }

  // The table in an image.
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    image.value(self.together_);
  }

 private:
  std::array<std::uint64_t, 256 * 4> together_{};
};

// Reads the words of one text in order; both must outlive it. O(text) in all.
class WordReader {
 public:
  WordReader(const WordCutter& cutter, std::string_view text) noexcept
      : cutter_(cutter), text_(text) {}

  // Writes where the next words end (exclusive) and returns how many it wrote: fewer than
  // ends.size() only at the end of the text.
  std::size_t read(std::span<std::size_t> ends) noexcept;

 private:
  const WordCutter& cutter_;
  std::string_view text_;
  std::size_t at_ = 0;  // where the next word begins
};

}  // namespace hartonomous::core::tokenizer
