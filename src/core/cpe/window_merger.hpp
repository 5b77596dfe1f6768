// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Merges pieces of any length in linear time as a rule and O(n log n) at worst, a window at a time.
// It rests on this: in an ordered vocabulary a sequence of tokens is the encoding of its bytes if
// and only if each two neighbours are the encoding of theirs, because the first merge across a
// boundary would also happen if only the two tokens at it were there. So what the merging of a
// window says is right up to any boundary at which it fits the next window's first token; if it
// does not fit, both are merged again as one, twice as wide.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/cpe/character_encodings.hpp"
#include "core/cpe/merger.hpp"
#include "core/cpe/vocabulary.hpp"

namespace hartonomous::core::cpe {

class WindowMerger {
 public:
  static constexpr std::size_t kWidth = CompactPairs::kLongest;

  // REQUIRES: vocabulary.compact_pairs(), which must outlive this; width >= 4. Small widths are for
  // tests.
  explicit WindowMerger(const Vocabulary& vocabulary, std::size_t width = kWidth);

  // Replaces `out` by the ids of the piece.
  void merge(std::string_view piece, std::vector<TokenId>& out, Checkpoint& checkpoint);

  // Whether the two, side by side, stay as they are.
  bool are_apart(TokenId left, TokenId right) const noexcept;

 private:
  struct Window {
    std::size_t at, ids;  // where it began in the piece and in the ids
    std::size_t width;
  };

  std::size_t window_end(std::string_view piece, std::size_t at, std::size_t width) const noexcept;
  void merge_window(std::string_view window, Checkpoint& checkpoint);
  std::size_t append_characters(std::string_view piece, std::size_t at, std::vector<TokenId>& out);
  std::size_t length(TokenId id) const noexcept;
  std::size_t repeat(std::string_view piece, std::size_t at, std::vector<TokenId>& out) const;

  const Vocabulary& vocabulary_;
  const CompactPairs& pairs_;
  std::size_t width_;
  Merger merger_;
  std::optional<CharacterEncodings> characters_;  // once needed
  std::vector<Window> windows_;
  std::vector<TokenId> tokens_;
};

}  // namespace hartonomous::core::cpe
