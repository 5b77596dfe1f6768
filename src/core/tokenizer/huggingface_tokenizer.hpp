// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The tokenizer that Hugging Face's files describe: tokenizer.json, and beside it, where they are
// there, tokenizer_config.json (which tokens are special), generation_config.json and config.json
// (which tokens end an answer). Source: huggingface/tokenizers.
#pragma once

#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/tokenizer/definition.hpp"

namespace hartonomous::core::tokenizer {

struct HuggingFaceFiles {
  std::string_view tokenizer, tokenizer_config, generation_config, config;  // empty: not there
};

// kUnsupported, naming it, for a normalizer, pre-tokenizer or model that is not read here.
Result<Definition> read_huggingface_tokenizer(const HuggingFaceFiles& files,
                                              Checkpoint& checkpoint);

// Completes a definition by what the files beside the vocabulary say: which tokens are special,
// which end an answer.
Status read_companions(const HuggingFaceFiles& files, Definition& out, Checkpoint& checkpoint);

// The token with that text, if any.
std::optional<TokenId> find_token(const cpe::VocabularyContent& vocabulary, std::string_view text);

}  // namespace hartonomous::core::tokenizer
