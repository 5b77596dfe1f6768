// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A tokenizer made from its definition: special tokens are found, what is between them normalized
// and encoded by the model's algorithm. docs/internals/tokenizers.md has the families.
#pragma once

#include <memory>

#include "core/tokenizer/added_token_finder.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/normalizer.hpp"
#include "core/tokenizer/text_model.hpp"
#include "core/tokenizer/token_table.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::tokenizer {

class ModelTokenizer final : public Tokenizer {
 public:
  // kUnsupported for what is not read here; kMalformed; kLimitExceeded.
  static Result<std::unique_ptr<Tokenizer>> make(const Definition& definition,
                                                 Checkpoint& checkpoint);

  // Null if `image` is none that image() makes. It must begin at a multiple of 64 bytes and is used
  // where it lies: `keeper` keeps it. Whatever its bytes are, texts get ids and nothing else is
  // read.
  static std::unique_ptr<Tokenizer> read(Bytes image, std::shared_ptr<const void> keeper);

  std::size_t size() const noexcept override { return table_.size(); }
  const SpecialTokens& special() const noexcept override { return special_; }
  Status encode(std::string_view text, const EncodeOptions& options, std::vector<TokenId>& out,
                Checkpoint& checkpoint) override;
  Status append(TokenId token, bool show_special, std::string& out) const override;
  Status decode(std::span<const TokenId> tokens, bool show_special,
                std::string& out) const override;
  std::vector<std::byte> image() const override;

 private:
  enum class ModelKind : std::uint8_t { kBytePairs, kPieces, kUnigram, kWordPiece };
  static ModelKind kind_of(const cpe::VocabularyContent& vocabulary) noexcept;
  static Result<std::unique_ptr<TextModel>> make_model(const Definition& definition,
                                                       Checkpoint& checkpoint);

  ModelTokenizer() = default;
  ModelTokenizer(const Definition& definition, Normalizer normalizer,
                 std::unique_ptr<TextModel> model, Checkpoint& checkpoint);

  template <class Self, class Image>
  static void pass(Self& self, Image& image);
  void read_model(ImageReader& image);
  void encode_stretch(std::string_view stretch, bool is_first, const EncodeOptions& options,
                      std::vector<TokenId>& out, Checkpoint& checkpoint);
  void encode_normalized(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint);

  TokenTable table_;
  SpecialTokens special_;
  std::vector<TokenId> before_, after_;
  AddedTokenFinder finder_;             // in the text as it is
  AddedTokenFinder normalized_finder_;  // in normalized text
  AddedTokenFinder inner_finder_;       // user-defined tokens that are pieces of the model's own
  Normalizer normalizer_;
  std::unique_ptr<TextModel> model_;
  std::shared_ptr<const void> keeper_;  // of an image
  ModelKind kind_ = ModelKind::kBytePairs;
  bool strips_first_space_ = false, cleans_up_ = false;
  std::string scratch_;
};

}  // namespace hartonomous::core::tokenizer
