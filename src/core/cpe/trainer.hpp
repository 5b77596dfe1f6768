// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Trains a content pair encoding (CPE): byte pair encoding whose symbols are atoms and whose merges
// are compositions of the atom graph. docs/internals/cpe-training.md has the definitions and the
// algorithm; in short:
//
//   symbol  a unit of the text (a codepoint, or a byte to be compared with others), or a merge
//   pair    two neighbouring symbols of one word; its count is the number of places where it
//           stands, each as often as the word occurs ("aaa" has two places for (a, a))
//   merge   takes the pair of the highest count, ties by TieRule, and replaces it everywhere by a
//           new symbol, from left to right; places that overlap one already replaced stay
//
// The result depends on the words and their counts alone: not on their order, nor on the machine.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/unit.hpp"
#include "core/cpe/word_counts.hpp"

namespace hartonomous::core::cpe {

// Which of the pairs with the highest count is merged.
enum class TieRule : std::uint8_t {
  kContentHash,    // CPE's own: lower content hash of the left symbol, then of the right
  kHuggingFace,    // lower id of the left symbol, then of the right
  kSentencePiece,  // fewer codepoints, then lower bytes; no two symbols of the same text
};

struct TrainingOptions {
  Unit unit = Unit::kCodepoint;
  TieRule tie_rule = TieRule::kContentHash;
  // Base symbols and merges together, at most kMaxVocabulary.
  std::uint32_t vocabulary_size = 32768;
  // Pairs that occur less often are not merged; 0 counts as 1.
  std::uint64_t min_frequency = 2;
};

inline constexpr std::uint32_t kMaxVocabulary = 0x00ffffff;

struct TrainedMerge {
  std::uint32_t left, right;  // symbols
  std::uint64_t count;        // of the pair when it was merged
};

// Symbol s is base[s] for s < base.size(), else what merges[s - base.size()] makes.
struct TrainedMerges {
  // Codepoints that occur, in ascending order. For bytes: all 256 in ascending order, but with
  // TieRule::kHuggingFace in the order of the characters by which Hugging Face writes them.
  std::vector<std::uint32_t> base;
  std::vector<TrainedMerge> merges;
};

// Errors: kInvalidArgument if the vocabulary size is out of range or below the number of base
// symbols; kBadEncoding if a word is not valid UTF-8 and the unit is the codepoint; kLimitExceeded
// for more than 2^32 - 2 units in the distinct words. Calls the checkpoint with the number of
// merges made. O(units + places merged · log of their neighbours) time; about 12 bytes/unit + 8
// bytes/place of memory beside the words.
Result<TrainedMerges> train(const WordCounts& words, const TrainingOptions& options,
                            Checkpoint& checkpoint);

}  // namespace hartonomous::core::cpe
