// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Text to token ids, exactly as the vocabulary's definition says (vocabulary.hpp), piece by piece
// as the pattern cuts (pretokenizer.hpp). Decoding is the vocabulary's. Remembers pieces it has
// seen, so keep one per thread and reuse it: not thread-safe. docs/internals/cpe-encoding.md has
// the algorithms.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/cpe/cached_encoding.hpp"
#include "core/cpe/piece_merger.hpp"
#include "core/cpe/vocabulary.hpp"
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
  std::shared_ptr<const Vocabulary> vocabulary_;
  split::Pattern pattern_;
  CachedEncoding cached_;
  PieceMerger merger_;
};

}  // namespace hartonomous::core::cpe
