// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The vocabulary that a GGUF file carries in its metadata: tokenizer.ggml.model, .pre, .tokens,
// .scores, .token_type, .merges. Source: ggml's gguf.md and llama.cpp's vocabulary loader.
#pragma once

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/vocabulary_content.hpp"
#include "core/format/metadata.hpp"

namespace hartonomous::core::tokenizer {

// kNotFound if the file has none, kUnsupported for models other than gpt2, llama, t5 and bert;
// kMalformed, kBadEncoding, kLimitExceeded. REQUIRES: metadata that format::parse() accepted.
Result<cpe::VocabularyContent> read_gguf_vocabulary(const format::Metadata& metadata,
                                                    Checkpoint& checkpoint);

// The same without merges where the file has none but scores: for encoders, which do not need them.
Result<cpe::VocabularyContent> read_gguf_tokens(const format::Metadata& metadata,
                                                Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
