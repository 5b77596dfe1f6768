// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/piece_model.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"
#include "core/tokenizer/pair_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

Result<std::unique_ptr<TextModel>> PieceModel::make(const Definition& definition,
                                                    Checkpoint& checkpoint) {
  std::unique_ptr<PieceModel> made(new PieceModel(definition));
  if (definition.vocabulary.algorithm == cpe::Algorithm::kSentencePiece) {
    made->scored_.emplace(definition.vocabulary, checkpoint);
  } else {
    HARTONOMOUS_TRY(made->vocabulary_, make_pair_vocabulary(definition.vocabulary, checkpoint));
    made->merger_.emplace(*made->vocabulary_);
  }
  return std::unique_ptr<TextModel>(std::move(made));
}

PieceModel::PieceModel(const Definition& definition) : unknown_(definition) {
  for (const cpe::VocabularyToken& token : definition.vocabulary.tokens) {
    const bool is_merged = token.type != cpe::TokenType::kControl &&
                           token.type != cpe::TokenType::kUnknown &&
                           token.type != cpe::TokenType::kByte;
    if (is_merged) cutter_.add(token.bytes);
  }
  for (const cpe::TokenMerge& merge : definition.vocabulary.merges) {
    cutter_.add(definition.vocabulary.tokens[merge.token].bytes);
  }
  if (definition.words == WordRule::kSpace) cutter_.cut_before_spaces();
}

void PieceModel::encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) {
  const std::size_t begin = out.size();
  WordReader words(cutter_, text);
  const auto encode_new = [&](std::string_view word) { return encode_word(word, checkpoint); };
  cached_.encode(text, words, encode_new, out, checkpoint);
  unknown_.fuse(out, begin);
}

std::span<const TokenId> PieceModel::encode_word(std::string_view word, Checkpoint& checkpoint) {
  if (!scored_) return with_unknown(merger_->merge(word, checkpoint));
  word_ids_.clear();
  scored_->append(word, unknown_, word_ids_, checkpoint);
  return word_ids_;
}

std::span<const TokenId> PieceModel::with_unknown(std::span<const TokenId> merged) {
  if (std::ranges::all_of(merged, [](TokenId id) { return id < cpe::kPassThrough; })) return merged;
  word_ids_.clear();
  std::string bytes;
  for (const TokenId id : merged) {
    if (id < cpe::kPassThrough) {
      word_ids_.push_back(id);
      continue;
    }
    bytes.clear();
    const std::uint32_t unit = id & ~cpe::kPassThrough;
    if (unit >= cpe::kRawByte) {
      bytes += static_cast<char>(unit - cpe::kRawByte);
    } else {
      utf8::append(bytes, unit);
    }
    unknown_.append(bytes, word_ids_);
  }
  return word_ids_;
}

void PieceModel::write(ImageWriter& image) const {
  WordCutter::pass(cutter_, image);
  UnknownText::pass(unknown_, image);
  image.value(scored_.has_value());
  if (scored_) {
    scored_->write(image);
  } else {
    vocabulary_->write(image);
  }
}

std::unique_ptr<TextModel> PieceModel::read(ImageReader& image) {
  std::unique_ptr<PieceModel> made(new PieceModel);
  WordCutter::pass(made->cutter_, image);
  UnknownText::pass(made->unknown_, image);
  bool is_scored = false;
  image.value(is_scored);
  if (is_scored) {
    made->scored_.emplace().read(image);
  } else {
    made->vocabulary_ = cpe::Vocabulary::read(image);
    if (!made->vocabulary_) return nullptr;
    made->merger_.emplace(*made->vocabulary_);
  }
  return made;
}

}  // namespace hartonomous::core::tokenizer
