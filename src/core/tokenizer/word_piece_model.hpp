// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// WordPiece (BERT, MiniLM): the text is cut at white space and around punctuation; in each word the
// longest token that fits is taken, from left to right. A word that cannot be put together, or is
// longer than the model allows, is the unknown token. Source: Devlin et al., BERT, 2018.
#pragma once

#include <memory>

#include "core/base/result.hpp"
#include "core/cpe/cached_encoding.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/piece_trie.hpp"
#include "core/tokenizer/text_model.hpp"

namespace hartonomous::core::tokenizer {

class WordPieceModel final : public TextModel {
 public:
  // kMalformed without an unknown token.
  static Result<std::unique_ptr<TextModel>> make(const Definition& definition,
                                                 Checkpoint& checkpoint);

  // Null if the image is none of this class's.
  static std::unique_ptr<TextModel> read(ImageReader& image);

  // REQUIRES: a text that is normalized. O(text · longest token).
  void encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) override;
  void write(ImageWriter& image) const override;

 private:
  WordPieceModel() = default;
  WordPieceModel(const Definition& definition, Checkpoint& checkpoint);
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    PieceTrie::pass(self.starts_, image);
    PieceTrie::pass(self.insides_, image);
    image.value(self.unknown_);
    image.value(self.longest_word_);
    image.choice(self.rule_, WordRule::kBert);
  }

  std::span<const TokenId> encode_word(std::string_view word);

  PieceTrie starts_, insides_;  // tokens that begin a word, and that go on inside one
  TokenId unknown_ = 0;
  std::size_t longest_word_ = 0;
  WordRule rule_ = WordRule::kNone;
  cpe::CachedEncoding cached_;
  std::vector<TokenId> word_ids_;
};

}  // namespace hartonomous::core::tokenizer
