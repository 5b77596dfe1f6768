// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/open_tokenizer.hpp"

#include <algorithm>

#include "core/tokenizer/gguf_tokenizer.hpp"
#include "core/tokenizer/huggingface_tokenizer.hpp"
#include "core/tokenizer/legacy_files.hpp"
#include "core/tokenizer/model_tokenizer.hpp"

namespace hartonomous::core::tokenizer {

namespace {

std::string_view base_name(std::string_view name) noexcept {
  const std::size_t slash = name.rfind('/');
  return slash == name.npos ? name : name.substr(slash + 1);
}

}  // namespace

bool is_tokenizer_file(std::string_view name) noexcept {
  constexpr std::string_view kNames[] = {
      "tokenizer.json",
      "tokenizer_config.json",
      "tokenizer.model",
      "spiece.model",
      "vocab.json",
      "merges.txt",
      "vocab.txt",
      "config.json",
      "sentencepiece.bpe.model",
      "special_tokens_map.json",
      "generation_config.json",
  };
  return std::ranges::find(kNames, base_name(name)) != std::end(kNames);
}

Result<Definition> read_tokenizer(const TokenizerFiles& files, Checkpoint& checkpoint) {
  if (files.gguf != nullptr && files.gguf->find("tokenizer.ggml.tokens") != nullptr) {
    return read_gguf_tokenizer(*files.gguf, checkpoint);
  }
  HuggingFaceFiles found;
  std::string_view sentencepiece, words, vocabulary, merges;
  for (const NamedFile& file : files.files) {
    const std::string_view name = base_name(file.name);
    if (name == "tokenizer.json") found.tokenizer = file.bytes;
    if (name == "tokenizer_config.json") found.tokenizer_config = file.bytes;
    if (name == "generation_config.json") found.generation_config = file.bytes;
    if (name == "config.json") found.config = file.bytes;
    if (name.ends_with(".model")) sentencepiece = file.bytes;
    if (name == "vocab.txt") words = file.bytes;
    if (name == "vocab.json") vocabulary = file.bytes;
    if (name == "merges.txt") merges = file.bytes;
  }
  if (!found.tokenizer.empty()) return read_huggingface_tokenizer(found, checkpoint);
  if (!sentencepiece.empty()) return read_sentencepiece_files(sentencepiece, found, checkpoint);
  if (!vocabulary.empty()) return read_vocabulary_files(vocabulary, merges, found, checkpoint);
  if (!words.empty()) return read_word_list(words, found, checkpoint);
  return Status(Code::kNotFound, "model has no tokenizer")
      .with_detail("No file of it holds a vocabulary.")
      .with_hint(
          "GGUF metadata, tokenizer.json, SentencePiece models, vocab.json with merges.txt and "
          "vocab.txt are read.");
}

Result<std::unique_ptr<Tokenizer>> open_tokenizer(const TokenizerFiles& files,
                                                  Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const Definition definition, read_tokenizer(files, checkpoint));
  return ModelTokenizer::make(definition, checkpoint);
}

std::unique_ptr<Tokenizer> tokenizer_in(Bytes image, std::shared_ptr<const void> keeper) {
  return ModelTokenizer::read(image, std::move(keeper));
}

}  // namespace hartonomous::core::tokenizer
