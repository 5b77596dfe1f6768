// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How often each distinct word (pretoken) of a corpus occurs. A trainer sees nothing else of the
// corpus, so its cost depends on the number of distinct words, not on the corpus's length.
//
// An arena of bytes and an open-addressing table of (hash, place, count). Words keep the order in
// which they were first seen. Memory: the distinct bytes + 24 bytes/word + the table, at most twice
// that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace hartonomous::core::cpe {

class WordCounts {
 public:
  WordCounts();

  // Counts `word` `times` more times; true if it was not there before. O(word) on average.
  // REQUIRES: word.size() < 2^32.
  bool add(std::string_view word, std::uint64_t times = 1);

  std::size_t size() const noexcept { return words_.size(); }
  // The words in the order of their first occurrence. REQUIRES: index < size().
  std::string_view word(std::size_t index) const noexcept {
    return {arena_.data() + words_[index].offset, words_[index].length};
  }
  std::uint64_t count(std::size_t index) const noexcept { return words_[index].count; }
  // Bytes of all distinct words.
  std::uint64_t distinct_bytes() const noexcept { return arena_.size(); }

 private:
  struct Word {
    std::uint64_t offset, count;
    std::uint32_t length, hash;
  };
  static constexpr std::uint32_t kFree = 0xffffffff;

  void grow();

  std::vector<char> arena_;
  std::vector<Word> words_;
  std::vector<std::uint32_t> table_;  // index of a word, or kFree
  std::size_t mask_;
};

}  // namespace hartonomous::core::cpe
