// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Vocabularies that are plain lists of lines: tiktoken's ranks (base64, space, rank) and BERT's
// vocab.txt (a token a line, its number is the line's).
#pragma once

#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::core::tokenizer {

// Whether the first line is one of tiktoken's.
bool looks_like_rank_list(std::string_view text, Checkpoint& checkpoint);

// kMalformed, kLimitExceeded. The pattern is not in the file and stays "unknown".
Result<cpe::VocabularyContent> read_rank_list(std::string_view text, Checkpoint& checkpoint);

// kMalformed, kBadEncoding, kLimitExceeded. [CLS], [SEP], [PAD] and [MASK] are control tokens, [UNK]
// is the unknown one; [unused0] and its like are no texts that a word could be.
Result<cpe::VocabularyContent> read_wordpiece_list(std::string_view text, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
