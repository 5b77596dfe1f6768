// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Hugging Face's tokenizer.json, and the older pair vocab.json and merges.txt. Read are the model
// (BPE, Unigram, WordPiece), the added tokens and how texts are cut; what else changes a text
// before it is cut (normalizers) is not: such a vocabulary's tokens are known, its encoding is not.
// Source: huggingface/tokenizers.
#pragma once

#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/vocabulary_content.hpp"
#include "core/tokenizer/tokenizer_json_file.hpp"

namespace hartonomous::core::tokenizer {

// kMalformed, kBadEncoding, kLimitExceeded; kUnsupported for other models and for merges with a
// prefix inside words. `pattern` of the result is a name of known_patterns.hpp, or the expression.
Result<cpe::VocabularyContent> read_tokenizer_json(std::string_view json, Checkpoint& checkpoint);

// The same of a file read already, whose vocabulary is completed on the way.
Result<cpe::VocabularyContent> vocabulary_of(TokenizerJsonFile& file, Checkpoint& checkpoint);

// vocab.json maps spellings (byte-level) to numbers; merges.txt has a merge a line.
Result<cpe::VocabularyContent> read_vocab_json(std::string_view json, std::string_view merges,
                                               Checkpoint& checkpoint);

// Whether a JSON object is of the second kind: its first value is a number.
bool looks_like_vocab_json(std::string_view json, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
