// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What the components of a tokenizer.json mean: its normalizer, pre-tokenizer and decoder.
#pragma once

#include <string>

#include "core/base/result.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/json_value.hpp"

namespace hartonomous::core::tokenizer {

// Appends the normalizer's steps, and sets where a space is put before a text. kUnsupported.
Status read_normalizer(const JsonValue& normalizer, Definition& out);

// Sets how a text is cut into words: the pattern's name for byte-level vocabularies, word rules and
// space prefix for others. kUnsupported.
Status read_pre_tokenizer(const JsonValue& pre_tokenizer, Definition& out);

// Sets how spaces come back. Decoders that are not known change nothing.
void read_decoder(const JsonValue& decoder, Definition& out);

// The tokens around a text. `id_of(text)` finds a token by its text.
Status read_post_processor(const JsonValue& post_processor, Definition& out);

}  // namespace hartonomous::core::tokenizer
