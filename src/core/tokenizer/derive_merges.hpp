// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which two tokens each token was merged from, where a file gives tokens and their ranks but no
// merges. A token's parts are what merging makes of its own bytes with the tokens of better rank
// only: its first, best merges are done, and if two parts are left they are its parts.
#pragma once

#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::core::tokenizer {

// Fills `vocabulary.merges`, best rank first, from its normal tokens; ranks are token numbers
// (kPairs) or scores, the higher the better, then numbers (kSentencePiece). Tokens of more than
// 1024 bytes and those that merging cannot reach get no merge. O(token length^2) for each token.
void derive_merges(cpe::VocabularyContent& vocabulary, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
