// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/ngram_counts.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace hartonomous::core::graph {

namespace {

constexpr std::uint32_t kNone = 0xffffffff;
constexpr std::size_t kStride = 1 << 16;  // elements between two checkpoints

using Numbers = std::vector<std::uint32_t>;

// An occurrence of an n-gram: its context and word, and where in the text its word stands.
struct Occurrence {
  std::uint64_t key;  // context << 32 | word
  std::uint32_t position;
};

// One stable counting pass over 11 bits of the key, skipped when all agree there.
void sort_digit(std::vector<Occurrence>& from, std::vector<Occurrence>& to, int shift,
                Checkpoint& checkpoint) {
  constexpr std::uint64_t kMask = 2047;
  std::array<std::uint32_t, kMask + 1> next{};
  for (const Occurrence& o : from) ++next[(o.key >> shift) & kMask];
  if (next[(from.front().key >> shift) & kMask] == from.size()) return;
  std::uint32_t sum = 0;
  for (std::uint32_t& n : next) n = std::exchange(sum, sum + n);
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[next[(from[i].key >> shift) & kMask]++] = from[i];
    if (i % kStride == kStride - 1) checkpoint.reached(0);
  }
  from.swap(to);
}

void sort_by_key(std::vector<Occurrence>& occurrences, std::uint32_t contexts,
                 std::uint32_t vocabulary, Checkpoint& checkpoint) {
  if (occurrences.empty()) return;
  std::vector<Occurrence> scratch(occurrences.size());
  const int word_bits = std::bit_width(vocabulary), context_bits = std::bit_width(contexts);
  for (int shift = 0; shift < word_bits; shift += 11) {
    sort_digit(occurrences, scratch, shift, checkpoint);
  }
  for (int shift = 32; shift < 32 + context_bits; shift += 11) {
    sort_digit(occurrences, scratch, shift, checkpoint);
  }
}

// The text as numbers of contexts and entries: what one level hands to the next.
struct Walk {
  std::span<const Symbol> text;
  std::uint32_t vocabulary;
  Checkpoint& checkpoint;
};

// Level 1: entry numbers are the symbols.
NgramLevel count_words(const Walk& walk) {
  NgramLevel level;
  level.first = {0, walk.vocabulary};
  level.shorter_context = {0};
  level.word.resize(walk.vocabulary);
  for (Symbol s = 0; s < walk.vocabulary; ++s) level.word[s] = s;
  level.shorter.assign(walk.vocabulary, 0);
  level.count.assign(walk.vocabulary, 0);
  for (const Symbol s : walk.text) ++level.count[s];
  level.count[kBegin] = 0;  // never predicted
  return level;
}

std::vector<Occurrence> occurrences_of(const Walk& walk, const Numbers& context_at) {
  std::vector<Occurrence> found;
  found.reserve(walk.text.size());
  for (std::size_t i = 0; i < walk.text.size(); ++i) {
    if (i % kStride == 0) walk.checkpoint.reached(0);
    if (context_at[i] == kNone || walk.text[i] == kBegin) continue;
    found.push_back(
        {std::uint64_t{context_at[i]} << 32 | walk.text[i], static_cast<std::uint32_t>(i)});
  }
  return found;
}

// A level above the first: `context_at` says which context precedes each word of the text (kNone:
// there is none so long), `shorter_at` which entry of the level below ends there; on return
// `entry_at` says which entry of this level does.
NgramLevel count_level(const Walk& walk, const Numbers& context_at, std::uint32_t contexts,
                       const Numbers& shorter_at, Numbers& entry_at) {
  std::vector<Occurrence> found = occurrences_of(walk, context_at);
  sort_by_key(found, contexts, walk.vocabulary, walk.checkpoint);
  NgramLevel level;
  level.first.assign(std::size_t{contexts} + 1, 0);
  entry_at.assign(walk.text.size(), kNone);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i % kStride == 0) walk.checkpoint.reached(0);
    const Occurrence& o = found[i];
    if (i == 0 || o.key != found[i - 1].key) {
      level.word.push_back(static_cast<Symbol>(o.key));
      level.shorter.push_back(shorter_at[o.position]);
      level.count.push_back(0);
      ++level.first[(o.key >> 32) + 1];
    }
    ++level.count.back();
    entry_at[o.position] = level.entries() - 1;
  }
  for (std::size_t c = 1; c <= contexts; ++c) level.first[c] += level.first[c - 1];
  return level;
}

// What precedes each word, `gap` words away: `entry_at` moved right by gap + 1, within sentences.
Numbers contexts_after(std::span<const Symbol> text, const Numbers& entry_at, std::uint32_t gap) {
  Numbers context_at(text.size(), kNone);
  std::size_t sentence = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == kBegin) sentence = i;
    if (i - sentence > gap) context_at[i] = entry_at[i - 1 - gap];
  }
  return context_at;
}

}  // namespace

void NgramCounter::add_sentence(std::span<const Symbol> words) {
  text_.push_back(kBegin);
  text_.insert(text_.end(), words.begin(), words.end());
  text_.push_back(kEnd);
  sentences_ += 1;
}

Status NgramCounter::check(std::uint32_t vocabulary) const {
  if (text_.size() >= kNone) {
    return Status{Code::kLimitExceeded, "corpus too large"}.with_detail(
        "A corpus may have at most 4294967294 words and sentence boundaries.");
  }
  if (vocabulary < kFirstWord) return {Code::kInvalidArgument, "vocabulary too small"};
  std::uint64_t ends = 0;
  for (const Symbol s : text_) {
    if (s >= vocabulary) return {Code::kInvalidArgument, "word outside the vocabulary"};
    ends += s == kBegin || s == kEnd;
  }
  if (ends != 2 * sentences_) {
    return {Code::kInvalidArgument, "sentence boundary among the words of a sentence"};
  }
  return Status::ok();
}

Result<NgramCounts> NgramCounter::finish_with_gap(std::uint32_t vocabulary, std::uint32_t gap,
                                                  Checkpoint& checkpoint) const {
  HARTONOMOUS_CHECK(check(vocabulary));
  const Walk walk{text_, vocabulary, checkpoint};
  NgramCounts counts;
  counts.vocabulary = vocabulary;
  counts.levels.push_back(count_words(walk));
  Numbers entry_at(text_.begin(), text_.end());  // of the level below, ending at each word
  Numbers plain_at = entry_at;                   // the same without the gap: the contexts
  Numbers plain_shorter = counts.levels[0].shorter;
  std::uint32_t contexts = vocabulary;
  for (std::uint32_t n = 2; n <= order_; ++n) {
    Numbers next;
    NgramLevel level =
        count_level(walk, contexts_after(text_, plain_at, gap), contexts, entry_at, next);
    level.shorter_context = plain_shorter;
    counts.levels.push_back(std::move(level));
    entry_at = std::move(next);
    if (n == order_) break;
    if (gap == 0) {
      plain_at = entry_at;
      plain_shorter = counts.levels.back().shorter;
      contexts = counts.levels.back().entries();
    } else {
      const NgramLevel plain =
          count_level(walk, contexts_after(text_, plain_at, 0), contexts, plain_at, next);
      plain_at = std::move(next);
      plain_shorter = plain.shorter;
      contexts = plain.entries();
    }
  }
  return counts;
}

}  // namespace hartonomous::core::graph
