// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The tokenizer that a SentencePiece model (tokenizer.model, spiece.model) describes.
#pragma once

#include "core/base/checkpoint.hpp"
#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/tokenizer/definition.hpp"

namespace hartonomous::core::tokenizer {

// The model alone says of which ids begin and end are, not whether they are put around a text: they
// are not. Errors as read_sentencepiece(), and kUnsupported where spaces are not escaped.
Result<Definition> read_sentencepiece_tokenizer(Bytes model, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
