// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/word_counts.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace hartonomous::core::cpe {

namespace {

static_assert(std::endian::native == std::endian::little,
              "short words lie in integers as in memory");

constexpr std::size_t kFirstSlots = 1 << 12;
constexpr std::size_t kBatch = 128, kPiecesAtOnce = 1024;
constexpr std::size_t kBytesPerCheck = 1 << 20;
constexpr std::uint64_t kMixLow = 0x9e3779b97f4a7c15U, kMixHigh = 0xd6e8feb86659fd93U;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// By the length of a short word: the bytes of each half of a key that are the word's.
struct Mask {
  std::uint64_t low, high;
};
constexpr std::array<Mask, 16> make_masks() {
  std::array<Mask, 16> masks{};
  for (unsigned length = 0; length < 16; ++length) {
    const auto ones = [](unsigned bytes) { return (std::uint64_t{1} << 8 * bytes) - 1; };
    masks[length] = length < 8 ? Mask{ones(length), 0} : Mask{~std::uint64_t{0}, ones(length - 8)};
  }
  return masks;
}
constexpr std::array<Mask, 16> kMasks = make_masks();

}  // namespace

WordCounts::WordCounts() : slots_(kFirstSlots), mask_(kFirstSlots - 1) {}

// `readable` bytes may be read from where the word begins; with 16 there is no need to copy it.
WordCounts::Key WordCounts::short_key(std::string_view word, std::size_t readable) noexcept {
  Key key{};
  if (readable >= sizeof key) {
    std::memcpy(&key, word.data(), sizeof key);
    const Mask mask = kMasks[word.size()];
    key.low &= mask.low;
    key.high &= mask.high;
  } else {
    std::memcpy(&key, word.data(), word.size());
  }
  key.high |= std::uint64_t{word.size()} << kLengthShift;
  return key;
}

// Hashes decide only where in the table a word lies: they are never stored, nor seen in a result.
std::uint64_t WordCounts::hash_of(Key key) noexcept {
  return fold(key.low ^ kMixLow, key.high ^ kMixHigh);
}

std::uint64_t WordCounts::long_hash(std::string_view word) noexcept {
  std::uint64_t hash = word.size();
  for (Key part; word.size() >= sizeof part; word.remove_prefix(sizeof part)) {
    std::memcpy(&part, word.data(), sizeof part);
    hash = fold(part.low ^ hash ^ kMixLow, part.high ^ kMixHigh);
  }
  Key rest = short_key(word, word.size());
  rest.low ^= hash;
  return hash_of(rest);
}

void WordCounts::add(std::string_view word, std::uint64_t times) {
  if (word.size() > kShort) return add_long(word, times);
  const Key key = short_key(word, word.size());
  add_short(key, hash_of(key), times);
}

void WordCounts::add_pieces(std::string_view text, std::size_t begin,
                            std::span<const std::size_t> ends) {
  struct Prepared {
    Key key;
    std::uint64_t hash;
  };
  std::array<Prepared, kBatch> batch;
  while (!ends.empty()) {
    const std::size_t pieces = std::min(ends.size(), kBatch);
    std::size_t prepared = 0;
    for (const std::size_t end : ends.first(pieces)) {
      const std::string_view word = text.substr(begin, end - begin);
      begin = end;
      if (word.size() > kShort) {
        add_long(word, 1);
        continue;
      }
      Prepared& next = batch[prepared++];
      next.key = short_key(word, text.size() - static_cast<std::size_t>(word.data() - text.data()));
      next.hash = hash_of(next.key);
      __builtin_prefetch(&slots_[next.hash & mask_], 1);
    }
    for (std::size_t i = 0; i < prepared; ++i) add_short(batch[i].key, batch[i].hash, 1);
    ends = ends.subspan(pieces);
  }
}

void WordCounts::add_text(std::string_view text, split::Pattern pattern, Checkpoint& checkpoint) {
  split::Pretokenizer pieces(pattern, text);
  std::array<std::size_t, kPiecesAtOnce> ends;
  std::size_t begin = 0, reported = 0;
  while (const std::size_t count = pieces.read(ends)) {
    add_pieces(text, begin, std::span(ends).first(count));
    begin = ends[count - 1];
    if (begin - reported < kBytesPerCheck) continue;
    checkpoint.reached(begin - reported);
    reported = begin;
  }
  checkpoint.reached(begin - reported);
}

void WordCounts::add_short(Key key, std::uint64_t hash, std::uint64_t times) {
  for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
    Slot& slot = slots_[at];
    if (slot.count == 0) return fill(slot, key, hash, times, key.high >> kLengthShift);
    if (slot.key == key) {
      slot.count += times;
      return;
    }
  }
}

void WordCounts::add_long(std::string_view text, std::uint64_t times) {
  const std::uint64_t hash = long_hash(text);
  for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
    Slot& slot = slots_[at];
    if (slot.count == 0) {
      const Key key{hash, long_words_.size() | kLong << kLengthShift};
      long_words_.push_back({arena_.size(), text.size()});
      arena_.insert(arena_.end(), text.begin(), text.end());
      return fill(slot, key, hash, times, text.size());
    }
    if (slot.hash == hash && slot.key.high >> kLengthShift == kLong && word(slot) == text) {
      slot.count += times;
      return;
    }
  }
}

void WordCounts::fill(Slot& slot, Key key, std::uint64_t hash, std::uint64_t times,
                      std::size_t length) {
  slot = {key, times, hash};
  distinct_bytes_ += length;
  if (++size_ * 4 <= slots_.size() * 3) return;
  std::vector<Slot> larger(slots_.size() * 2);
  mask_ = larger.size() - 1;
  for (const Slot& old : slots_) {
    if (old.count == 0) continue;
    std::size_t at = old.hash & mask_;
    while (larger[at].count != 0) at = (at + 1) & mask_;
    larger[at] = old;
  }
  slots_ = std::move(larger);
}

}  // namespace hartonomous::core::cpe
