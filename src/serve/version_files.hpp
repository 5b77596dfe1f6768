// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The files of a version that say what its weights mean: metadata, configurations, tokenizers. They
// are read only when the weights cache does not have what is derived from them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/format/parse.hpp"
#include "core/tokenizer/open_tokenizer.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::serve {

class VersionFiles {
 public:
  // `keys` as the caller sees them.
  explicit VersionFiles(std::vector<store::FileKey> keys) : keys_(std::move(keys)) {}

  // What is derived from these files for `purpose` is named so in the weights cache; a purpose has
  // a number that changes with what is derived.
  store::ContentHash derived_name(std::string_view purpose) const;

  // Of the first GGUF file; null if there is none.
  const core::format::Metadata* gguf() { return read().gguf ? &read().gguf->metadata : nullptr; }
  // The bytes of a file by its path; null if there is none. Only of files about tokenizers and
  // vectors, and config.json.
  const std::string* text(std::string_view path);
  // What open_tokenizer() wants to see. Valid as long as this.
  core::tokenizer::TokenizerFiles tokenizer_files();

 private:
  struct Contents {
    std::optional<core::format::FileLayout> gguf;
    std::vector<std::pair<std::string, std::string>> texts;  // path, bytes
    std::vector<core::tokenizer::NamedFile> named;           // the same
  };
  // REQUIRES: owner's rights.
  const Contents& read();

  std::vector<store::FileKey> keys_;
  std::unique_ptr<const Contents> contents_;
};

inline constexpr std::string_view kModules = "modules.json", kPooling = "1_Pooling/config.json",
                                  kSentence = "sentence_bert_config.json",
                                  kStaticSettings = "config_sentence_transformers.json";

}  // namespace hartonomous::serve
