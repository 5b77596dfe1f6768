// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/piece_model.hpp"

#include "core/base/utf8.hpp"
#include "core/tokenizer/pair_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

Result<std::unique_ptr<TextModel>> PieceModel::make(const Definition& definition,
                                                    Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(auto vocabulary, make_pair_vocabulary(definition.vocabulary, checkpoint));
  return std::unique_ptr<TextModel>(new PieceModel(std::move(vocabulary), definition));
}

PieceModel::PieceModel(std::shared_ptr<const cpe::Vocabulary> vocabulary,
                       const Definition& definition)
    : vocabulary_(std::move(vocabulary)), unknown_(definition), merger_(*vocabulary_) {
  for (TokenId id = 0; id < vocabulary_->id_limit(); ++id) cutter_.add(vocabulary_->bytes(id));
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
  const std::span<const TokenId> merged = merger_.merge(word, checkpoint);
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

}  // namespace hartonomous::core::tokenizer
