// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/piece_merger.hpp"

#include "core/cpe/unit_reader.hpp"

namespace hartonomous::core::cpe {

PieceMerger::PieceMerger(const Vocabulary& vocabulary) : vocabulary_(&vocabulary) {
  if (vocabulary.compact_pairs() != nullptr) window_merger_.emplace(vocabulary);
}

std::span<const TokenId> PieceMerger::merge(std::string_view piece, Checkpoint& checkpoint) {
  scratch_.clear();
  if (const TokenId whole = vocabulary_->find_whole(piece); whole != kNoToken) {
    scratch_.push_back(whole);
    return scratch_;
  }
  if (window_merger_) {
    if (vocabulary_->unit() == Unit::kByte && piece.size() <= CompactPairs::kLongest) {
      scratch_.resize(CompactPairs::kLongest);
      const CompactPairs& pairs = *vocabulary_->compact_pairs();
      return {scratch_.data(), pairs.merge_bytes(piece, scratch_.data())};
    }
    window_merger_->merge(piece, scratch_, checkpoint);
    return scratch_;
  }
  append_units(*vocabulary_, piece, scratch_);
  return {scratch_.data(), merger_.merge(vocabulary_->pairs(), scratch_, checkpoint)};
}

}  // namespace hartonomous::core::cpe
