// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Text to token ids, exactly as the vocabulary's definition says (vocabulary.hpp), piece by piece
// as the pattern cuts (pretokenizer.hpp). Decoding is the vocabulary's. Remembers pieces it has
// seen, so keep one per thread and reuse it: not thread-safe. docs/internals/cpe-encoding.md has
// the algorithms.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/cpe/merger.hpp"
#include "core/cpe/piece_cache.hpp"
#include "core/cpe/vocabulary.hpp"
#include "core/cpe/window_merger.hpp"
#include "core/split/pretokenizer.hpp"

namespace hartonomous::core::cpe {

class Encoder {
 public:
  Encoder(std::shared_ptr<const Vocabulary> vocabulary, split::Pattern pattern);

  // Appends the ids of `text`, which may be any bytes. Time is linear in its length (n log n at
  // worst, in a piece that no window can be cut from).
  void encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint);

  const Vocabulary& vocabulary() const noexcept { return *vocabulary_; }
  split::Pattern pattern() const noexcept { return pattern_; }

 private:
  class Output;
  static constexpr std::size_t kBatch = 256;  // pieces whose look-ups are under way at once

  void encode_batch(std::string_view text, std::size_t begin, std::span<const std::size_t> ends,
                    Output& out, Checkpoint& checkpoint);
  void encode_new(std::string_view piece, Output& out, Checkpoint& checkpoint);
  std::span<const TokenId> merge_piece(std::string_view piece, Checkpoint& checkpoint);

  std::shared_ptr<const Vocabulary> vocabulary_;
  split::Pattern pattern_;
  PieceCache cache_;
  Merger merger_;
  std::optional<WindowMerger> window_merger_;  // if the vocabulary is an ordinary one
  std::vector<TokenId> scratch_;
};

}  // namespace hartonomous::core::cpe
