// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One door to a model's own tokenizer, from whatever files the model came with.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/metadata.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::tokenizer {

struct NamedFile {
  std::string_view name;   // only what is after the last slash counts
  std::string_view bytes;  // the whole file
};
// A GGUF file's metadata says all there is, if it has a vocabulary; else the files are looked at.
struct TokenizerFiles {
  const format::Metadata* gguf = nullptr;
  std::span<const NamedFile> files;
};

// Whether a file of that name may have to do with a tokenizer: tokenizer.json,
// tokenizer_config.json, tokenizer.model, spiece.model, vocab.json, merges.txt, vocab.txt,
// special_tokens_map.json, generation_config.json, config.json, sentence_bert_config.json.
bool is_tokenizer_file(std::string_view name) noexcept;

// What the files say. kNotFound if none has a vocabulary; kUnsupported, naming it, for what is
// known but not read; kMalformed, kBadEncoding, kLimitExceeded.
Result<Definition> read_tokenizer(const TokenizerFiles& files, Checkpoint& checkpoint);

// The tokenizer itself; the files may go away. O(bytes of tokens · log of the longest).
Result<std::unique_ptr<Tokenizer>> open_tokenizer(const TokenizerFiles& files,
                                                  Checkpoint& checkpoint);

// The tokenizer that Tokenizer::image() was of, used where its bytes lie, at a multiple of 64, which
// `keeper` keeps. Null if the bytes are no image. Any bytes are safe: damaged ones can only give
// other ids. O(1).
std::unique_ptr<Tokenizer> tokenizer_in(Bytes image, std::shared_ptr<const void> keeper);

}  // namespace hartonomous::core::tokenizer
