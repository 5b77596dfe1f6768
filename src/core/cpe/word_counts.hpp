// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How often each distinct word (pretoken) of a corpus occurs. A trainer sees nothing else of the
// corpus, so its cost depends on the number of distinct words, not on the corpus's length.
//
// Open addressing, at most three quarters full. Most words of any corpus are shorter than 16 bytes
// and lie in their slot, so that to count one takes one cache line, asked for a batch ahead; longer
// ones lie in an arena. Memory: 43 to 86 bytes/word + the bytes of the long ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/split/pretokenizer.hpp"

namespace hartonomous::core::cpe {

class WordCounts {
 public:
  WordCounts();

  // Counts `word` `times` more times. O(word) on average. REQUIRES: times > 0.
  void add(std::string_view word, std::uint64_t times = 1);
  // Counts each of the pieces of `text` that lie one after another from `begin` on and end where
  // `ends` says. O(pieces' bytes) on average. REQUIRES: begin <= ends[0] <= ... <= text.size().
  void add_pieces(std::string_view text, std::size_t begin, std::span<const std::size_t> ends);

  // Counts the pieces that `pattern` cuts `text` into. Texts are counted apart: no word reaches
  // from one into the next. Calls the checkpoint with the number of bytes read. O(text) on average.
  void add_text(std::string_view text, split::Pattern pattern, Checkpoint& checkpoint);

  // Distinct words, and their bytes together.
  std::size_t size() const noexcept { return size_; }
  std::uint64_t distinct_bytes() const noexcept { return distinct_bytes_; }

  // Calls visit(word, count) for each distinct word, in no particular order. The views last until
  // the next change.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.count != 0) visit(word(slot), slot.count);
    }
  }

 private:
  // A short word's bytes, then zeros, then its length in the last byte. A long word's hash, then
  // its index, then kLong in the last byte.
  struct Key {
    std::uint64_t low, high;
    bool operator==(const Key&) const = default;
  };
  struct alignas(32) Slot {
    Key key;
    std::uint64_t count;  // 0: the slot is free
    std::uint64_t hash;
  };
  struct LongWord {
    std::uint64_t offset, length;
  };
  static constexpr std::size_t kShort = 15;
  static constexpr std::uint64_t kLong = 0xff;
  static constexpr unsigned kLengthShift = 56;
  static_assert(sizeof(Slot) == 32);

  static Key short_key(std::string_view word, std::size_t readable) noexcept;
  static std::uint64_t hash_of(Key key) noexcept;
  static std::uint64_t long_hash(std::string_view word) noexcept;

  std::string_view word(const Slot& slot) const noexcept {
    const std::uint64_t length = slot.key.high >> kLengthShift;
    if (length != kLong) return {reinterpret_cast<const char*>(&slot.key), length};
    const LongWord& word = long_words_[slot.key.high ^ kLong << kLengthShift];
    return {arena_.data() + word.offset, word.length};
  }
  void add_short(Key key, std::uint64_t hash, std::uint64_t times);
  void add_long(std::string_view word, std::uint64_t times);
  void fill(Slot& slot, Key key, std::uint64_t hash, std::uint64_t times, std::size_t length);

  std::vector<Slot> slots_;
  std::vector<LongWord> long_words_;
  std::vector<char> arena_;
  std::size_t mask_, size_ = 0;
  std::uint64_t distinct_bytes_ = 0;
};

}  // namespace hartonomous::core::cpe
