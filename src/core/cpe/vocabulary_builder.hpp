// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Makes a Vocabulary, and finds out which of its merges can ever happen.
#pragma once

#include "core/cpe/merger.hpp"
#include "core/cpe/vocabulary.hpp"

namespace hartonomous::core::cpe {

class VocabularyBuilder {
 public:
  VocabularyBuilder(Unit unit, WholePiece whole_piece, Checkpoint& checkpoint);

  Status add_tokens(std::span<const Token> tokens);
  // One of these two, after add_tokens().
  Status add_merges(std::span<const Merge> merges);
  Status add_ranks(std::span<const RankedToken> tokens);
  std::shared_ptr<const Vocabulary> finish();

 private:
  Status add_token(const Token& token);
  void index_bytes();
  void index_unit(TokenId id);
  bool is_unit(std::string_view bytes) const noexcept;
  // What the bytes of `id` merge into by the pairs known so far.
  std::span<const TokenId> merged_so_far(TokenId id);
  void make(TokenId result, TokenId left, TokenId right, std::uint32_t rank);
  void poll(std::uint64_t bytes);

  void index_whole_pieces();
  void index_compact_pairs();
  void insert_all_merges(std::span<const Merge> merges);
  void insert_all_splits(std::span<const RankedToken> tokens);
  template <class Visit>
  void for_each_split(TokenId id, Visit&& visit) const;
  bool merges_to_itself(TokenId id, std::span<const std::uint32_t> ranks) const;

  std::shared_ptr<Vocabulary> made_;
  Checkpoint& checkpoint_;
  Merger merger_;
  std::vector<TokenId> scratch_;
  std::uint64_t unreported_ = 0;
};

}  // namespace hartonomous::core::cpe
