// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/word_list.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace hartonomous::core::text {

void WordListWriter::add(std::int64_t atom, std::string_view spelling) {
  chunk_.starts.push_back(static_cast<std::uint32_t>(chunk_.spellings.size()));
  chunk_.atoms.push_back(atom);
  chunk_.spellings += spelling;
  chunk_.spellings += '\0';
}

WordChunk WordListWriter::take() { return std::exchange(chunk_, {std::string(1, '\0'), {}, {}}); }

Status find_pieces(std::string_view spellings, std::span<const std::uint32_t> starts,
                   std::span<const std::int64_t> atoms, std::string_view phrase, std::size_t pivot,
                   std::vector<PhrasePiece>& out) {
  const Status malformed{Code::kCorrupt, "text index is malformed"};
  if (spellings.empty() || spellings.front() != 0 || spellings.back() != 0) return malformed;
  if (starts.size() != atoms.size()) return malformed;
  const char* const end = spellings.data() + spellings.size();
  for (const char* at = spellings.data() + 1; at < end; ++at) {
    at = static_cast<const char*>(
        std::memchr(at, phrase[pivot], static_cast<std::size_t>(end - at)));
    if (at == nullptr) break;
    // A NUL on either side stops the comparison: the phrase has none.
    std::size_t begin = pivot, stop = pivot + 1;
    const char* left = at;
    const char* right = at + 1;
    while (begin > 0 && left[-1] == phrase[begin - 1]) --left, --begin;
    if (begin > 0 && left[-1] != 0) continue;
    while (stop < phrase.size() && *right == phrase[stop]) ++right, ++stop;
    if (stop < phrase.size() && *right != 0) continue;
    const auto place = static_cast<std::size_t>(left - spellings.data());
    const auto next = std::ranges::upper_bound(starts, place);
    if (next == starts.begin()) return malformed;
    const auto word = static_cast<std::size_t>(next - starts.begin()) - 1;
    out.push_back({atoms[word], begin, stop, place - starts[word]});
  }
  return Status::ok();
}

namespace {

struct Stretch {
  std::size_t begin, end;
};

// Maximal stretches of ASCII letters and digits, the longest first.
std::vector<Stretch> ascii_words(std::string_view phrase) {
  std::vector<Stretch> words;
  for (std::size_t i = 0; i < phrase.size(); ++i) {
    if (!is_referenced(phrase[i]) || (phrase[i] & 0x80) != 0) continue;
    if (words.empty() || words.back().end != i) words.push_back({i, i});
    words.back().end = i + 1;
  }
  std::ranges::stable_sort(words, std::greater<>(),
                           [](const Stretch& s) { return s.end - s.begin; });
  return words;
}

}  // namespace

std::vector<std::size_t> pivots(std::string_view phrase, std::string_view sample,
                                std::size_t most) {
  std::array<std::size_t, 256> times{};
  for (const char c : sample) ++times[static_cast<unsigned char>(c)];
  const auto rarity = [&](std::size_t i) { return times[static_cast<unsigned char>(phrase[i])]; };
  std::vector<std::size_t> places;
  for (const Stretch& word : ascii_words(phrase)) {
    std::size_t best = word.begin;
    for (std::size_t i = word.begin; i < word.end; ++i) {
      if (rarity(i) < rarity(best)) best = i;
    }
    places.push_back(best);
    if (places.size() == most) return places;
  }
  for (std::size_t i = 0; i < phrase.size() && places.size() < most; ++i) {
    const bool is_first_byte = static_cast<unsigned char>(phrase[i]) >= 0xc0;
    if (is_first_byte) places.push_back(i);
  }
  return places;
}

}  // namespace hartonomous::core::text
