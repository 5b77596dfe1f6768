// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The tokenizer that a GGUF file's metadata describes: the vocabulary (gguf_vocabulary.hpp) and the
// keys tokenizer.ggml.* about special tokens and spaces, with the defaults of llama.cpp's loader
// where a key is missing.
#pragma once

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/metadata.hpp"
#include "core/tokenizer/definition.hpp"

namespace hartonomous::core::tokenizer {

// Errors as read_gguf_vocabulary(), and kUnsupported for a pre-tokenizer that is not known.
// REQUIRES: metadata that format::parse() accepted.
Result<Definition> read_gguf_tokenizer(const format::Metadata& metadata, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
