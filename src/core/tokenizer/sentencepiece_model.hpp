// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// SentencePiece models: a Protocol Buffers message of pieces with scores and types, and of how they
// were trained. Source: sentencepiece_model.proto of google/sentencepiece.
#pragma once

#include "core/base/checkpoint.hpp"
#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::core::tokenizer {

// Whether `bytes` may begin such a model.
bool looks_like_sentencepiece(Bytes bytes) noexcept;

// kMalformed, kBadEncoding, kLimitExceeded; kUnsupported for word and character models.
Result<cpe::VocabularyContent> read_sentencepiece(Bytes model, Checkpoint& checkpoint);

// The same without merges, which encoders do not need: scores say them.
Result<cpe::VocabularyContent> read_sentencepiece_tokens(Bytes model, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
