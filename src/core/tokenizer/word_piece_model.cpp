// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/word_piece_model.hpp"

#include "core/base/utf8.hpp"
#include "core/tokenizer/bert_words.hpp"

namespace hartonomous::core::tokenizer {

namespace {

std::vector<PieceTrie::Piece> pieces_of(const Definition& definition, bool inside) {
  std::vector<PieceTrie::Piece> pieces;
  const auto& tokens = definition.vocabulary.tokens;
  for (TokenId id = 0; id < tokens.size(); ++id) {
    if (tokens[id].bytes.empty() || tokens[id].continues_word != inside) continue;
    pieces.push_back({tokens[id].bytes, id});
  }
  return pieces;
}

}  // namespace

Result<std::unique_ptr<TextModel>> WordPieceModel::make(const Definition& definition,
                                                        Checkpoint& checkpoint) {
  if (!definition.special.unknown) {
    return Status(Code::kMalformed, "tokenizer of words has no unknown token");
  }
  return std::unique_ptr<TextModel>(new WordPieceModel(definition, checkpoint));
}

WordPieceModel::WordPieceModel(const Definition& definition, Checkpoint& checkpoint)
    : starts_(pieces_of(definition, false), checkpoint),
      insides_(pieces_of(definition, true), checkpoint),
      unknown_(*definition.special.unknown),
      longest_word_(definition.longest_word),
      rule_(definition.words) {}

void WordPieceModel::encode(std::string_view text, std::vector<TokenId>& out,
                            Checkpoint& checkpoint) {
  BertWords words(text, rule_ == WordRule::kBert);
  const auto encode_new = [&](std::string_view piece) {
    return encode_word(BertWords::word_of(piece));
  };
  cached_.encode(text, words, encode_new, out, checkpoint);
}

std::span<const TokenId> WordPieceModel::encode_word(std::string_view word) {
  word_ids_.clear();
  if (word.empty()) return {};
  bool is_known = utf8::count(word) <= longest_word_;
  for (std::size_t at = 0; is_known && at < word.size();) {
    const PieceTrie::Match longest = (at == 0 ? starts_ : insides_).longest(word.substr(at));
    is_known = longest.length != 0;
    if (is_known) word_ids_.push_back(longest.id);
    at += longest.length;
  }
  if (!is_known) word_ids_.assign(1, unknown_);
  return word_ids_;
}

void WordPieceModel::write(ImageWriter& image) const { pass(*this, image); }

std::unique_ptr<TextModel> WordPieceModel::read(ImageReader& image) {
  std::unique_ptr<WordPieceModel> made(new WordPieceModel);
  pass(*made, image);
  return made;
}

}  // namespace hartonomous::core::tokenizer
