// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// BPE over characters, with a space as the first character of a word (SentencePiece's BPE: Llama 2,
// Gemma, Mistral, Phi-3). There is no pattern to cut by; words are cut where no piece can cross
// (word_cutter.hpp), which gives the same ids as merging the whole text at once, because a merge
// only ever joins two neighbours that are a piece together. A character without a piece becomes its
// bytes' tokens, or the unknown token. Source: Kudo and Richardson, SentencePiece, 2018.
#pragma once

#include <memory>
#include <optional>

#include "core/base/result.hpp"
#include "core/cpe/cached_encoding.hpp"
#include "core/cpe/piece_merger.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/scored_pieces.hpp"
#include "core/tokenizer/text_model.hpp"
#include "core/tokenizer/unknown_text.hpp"
#include "core/tokenizer/word_cutter.hpp"

namespace hartonomous::core::tokenizer {

class PieceModel final : public TextModel {
 public:
  static Result<std::unique_ptr<TextModel>> make(const Definition& definition,
                                                 Checkpoint& checkpoint);

  // Null if the image is none of this class's.
  static std::unique_ptr<TextModel> read(ImageReader& image);

  // U+2581 in the text is the same as a space.
  void encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) override;
  void write(ImageWriter& image) const override;

 private:
  PieceModel() = default;
  explicit PieceModel(const Definition& definition);

  std::span<const TokenId> encode_word(std::string_view word, Checkpoint& checkpoint);
  std::span<const TokenId> with_unknown(std::span<const TokenId> merged);

  WordCutter cutter_;
  UnknownText unknown_;
  cpe::CachedEncoding cached_;
  std::optional<ScoredPieces> scored_;  // where scores say what is merged
  // Where a list of merges says it:
  std::shared_ptr<const cpe::Vocabulary> vocabulary_;
  std::optional<cpe::PieceMerger> merger_;
  std::vector<TokenId> word_ids_;
};

}  // namespace hartonomous::core::tokenizer
