// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One piece of a text to token ids, exactly as the vocabulary's definition says, the fastest way
// that the vocabulary allows. Keeps its working memory between calls: one per thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/cpe/merger.hpp"
#include "core/cpe/vocabulary.hpp"
#include "core/cpe/window_merger.hpp"

namespace hartonomous::core::cpe {

class PieceMerger {
 public:
  // The vocabulary must outlive it.
  explicit PieceMerger(const Vocabulary& vocabulary);

  // Valid until the next call. Linear in the piece's length (n log n at worst, in a piece that no
  // window can be cut from). REQUIRES: the piece is not empty.
  std::span<const TokenId> merge(std::string_view piece, Checkpoint& checkpoint);

 private:
  const Vocabulary* vocabulary_;
  Merger merger_;
  std::optional<WindowMerger> window_merger_;  // if the vocabulary is an ordinary one
  std::vector<TokenId> scratch_;
};

}  // namespace hartonomous::core::cpe
