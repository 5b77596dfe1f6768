// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Unigram (SentencePiece's default, T5, ALBERT, XLM-R): the split of a text into pieces with the
// highest sum of scores, by dynamic programming over a trie. Source: Kudo, Subword Regularization,
// 2018.
//
// Words are cut where no piece can cross, and remembered. That is exact only if the sum up to a
// word does not matter, but references add up rounded numbers from the text's beginning, so that of
// two nearly equal splits either may win, depending on where the word stands. So with each word the
// margin is kept by which its best split wins in exact arithmetic: where it is wider than all
// rounding errors that could come together at the sum that a text has reached, the remembered split
// is the right one; else the word is split again with that very sum.
#pragma once

#include <memory>

#include "core/base/result.hpp"
#include "core/cpe/cached_encoding.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/piece_trie.hpp"
#include "core/tokenizer/text_model.hpp"
#include "core/tokenizer/unknown_text.hpp"
#include "core/tokenizer/word_cutter.hpp"

namespace hartonomous::core::tokenizer {

class UnigramModel final : public TextModel {
 public:
  static Result<std::unique_ptr<TextModel>> make(const Definition& definition,
                                                 Checkpoint& checkpoint);

  // Null if the image is none of this class's.
  static std::unique_ptr<TextModel> read(ImageReader& image);

  // U+2581 in the text must be a space already. O(text · longest piece).
  void encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) override;
  void write(ImageWriter& image) const override;

 private:
  // A word that was split with nothing before it.
  struct Word {
    std::uint32_t ids_begin, ids_count;
    std::uint32_t scores_begin, scores_count;
    double margin;     // between the best split and the next best
    double magnitude;  // no partial sum is larger
    double roundings;  // additions on the longest split
  };
  struct Node {
    double best, second;
    std::uint32_t begin;  // where the piece before it begins; kNowhere if nothing leads here
    TokenId id;           // kNoPiece for a character without one
  };
  static constexpr std::uint32_t kNowhere = 0xffffffff;
  static constexpr TokenId kNoPiece = 0xffffffff;

  UnigramModel() = default;
  UnigramModel(const Definition& definition, Checkpoint& checkpoint);
  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    PieceTrie::pass(self.trie_, image);
    WordCutter::pass(self.cutter_, image);
    UnknownText::pass(self.unknown_, image);
    image.array(self.scores_);
    image.value(self.unknown_score_);
    image.value(self.user_defined_per_byte_);
    image.value(self.user_defined_score_);
    image.value(self.is_single_);
    image.value(self.begins_anew_);
  }
  void set_scores(const Definition& definition);

  void encode_words(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint);
  std::span<const TokenId> remember(std::string_view word);
  void append_word(const Word& word, std::string_view text, std::vector<TokenId>& out);
  // Calls arc(begin, end, id, score) for each piece and each character without one, by its begin,
  // then its end.
  template <class Arc>
  void for_arcs(std::string_view word, Arc&& arc) const;
  void trace(std::string_view word, std::vector<TokenId>& ids, std::vector<double>& scores);

  // A sum as the reference keeps it.
  double rounded(double sum) const noexcept {
    return is_single_ ? static_cast<double>(static_cast<float>(sum)) : sum;
  }
  double score_of(TokenId id, std::size_t length) const noexcept;

  PieceTrie trie_;
  WordCutter cutter_;
  UnknownText unknown_;
  FlatArray<double> scores_;  // by id; NaN: user-defined
  double unknown_score_ = 0;
  double user_defined_per_byte_ = 0, user_defined_score_ = 0;
  bool is_single_ = false;    // sums are kept in single precision
  bool begins_anew_ = false;  // each space begins a sum of its own
  double sum_ = 0;            // of the scores up to here, as the reference has it

  cpe::CachedEncoding cached_;
  std::vector<Word> words_;  // their numbers are what is cached
  std::vector<TokenId> word_ids_;
  std::vector<double> word_scores_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> ends_;  // of the words of a chunk
  std::vector<TokenId> numbers_;   // the words of a chunk
  std::vector<TokenId> ids_;
  std::vector<double> step_scores_;
  TokenId number_ = 0;
};

}  // namespace hartonomous::core::tokenizer
