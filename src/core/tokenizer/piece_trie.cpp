// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/piece_trie.hpp"

#include <algorithm>

#include "core/base/interruptible_sort.hpp"

namespace hartonomous::core::tokenizer {

namespace {

struct Key {
  std::uint64_t prefix;  // the first eight bytes, big-endian: most comparisons end here
  std::uint32_t piece;
};

std::uint64_t prefix_of(std::string_view text) noexcept {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, text.data(), std::min<std::size_t>(text.size(), sizeof prefix));
  return __builtin_bswap64(prefix);
}

struct Range {
  std::uint32_t begin, end;  // of the sorted pieces
  std::uint32_t depth;
};

}  // namespace

PieceTrie::PieceTrie(std::vector<Piece> pieces, Checkpoint& checkpoint) {
  std::vector<Key> keys;
  keys.reserve(pieces.size());
  for (std::uint32_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].bytes.empty()) keys.push_back({prefix_of(pieces[i].bytes), i});
  }
  interruptible_sort(
      keys,
      [&](const Key& a, const Key& b) {
        if (a.prefix != b.prefix) return a.prefix < b.prefix;
        const int order = pieces[a.piece].bytes.compare(pieces[b.piece].bytes);
        return order != 0 ? order < 0 : a.piece < b.piece;
      },
      checkpoint);
  const auto bytes = [&](std::uint32_t at) { return pieces[keys[at].piece].bytes; };
  std::vector<std::uint32_t> first_child;
  std::vector<unsigned char> labels;
  std::vector<TokenId> ids;
  std::vector<Range> ranges{{0, static_cast<std::uint32_t>(keys.size()), 0}};
  labels.push_back(0);
  for (std::size_t node = 0; node < ranges.size(); ++node) {
    Range range = ranges[node];
    first_child.push_back(static_cast<std::uint32_t>(ranges.size()));
    TokenId id = kNone;
    while (range.begin < range.end && bytes(range.begin).size() == range.depth) {
      if (id == kNone) id = pieces[keys[range.begin].piece].id;
      ++range.begin;
    }
    ids.push_back(id);
    while (range.begin < range.end) {
      const auto label = static_cast<unsigned char>(bytes(range.begin)[range.depth]);
      std::uint32_t end = range.begin + 1;
      while (end < range.end && static_cast<unsigned char>(bytes(end)[range.depth]) == label) ++end;
      if (node == 0) of_first_[label] = static_cast<std::uint32_t>(ranges.size());
      ranges.push_back({range.begin, end, range.depth + 1});
      labels.push_back(label);
      range.begin = end;
    }
    if (node % 4096 == 0) checkpoint.reached(0);
  }
  first_child.push_back(static_cast<std::uint32_t>(ranges.size()));
  first_child_ = FlatArray<std::uint32_t>(std::move(first_child));
  labels_ = FlatArray<unsigned char>(std::move(labels));
  ids_ = FlatArray<TokenId>(std::move(ids));
}

}  // namespace hartonomous::core::tokenizer
