// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// SentencePiece's BPE as it is defined: a word begins as its characters; of the neighbours that are
// a piece together those with the highest score are joined, the leftmost of equals first, until
// none are. Pieces are looked up by their bytes, so that opening costs no more than a table of
// them: what words become is remembered elsewhere, and each word is merged once. A piece that is
// marked unused is taken apart again as it was joined. Source: Kudo and Richardson, SentencePiece,
// 2018, and its implementation.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/image.hpp"
#include "core/cpe/vocabulary_content.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "core/tokenizer/unknown_text.hpp"

namespace hartonomous::core::tokenizer {

class ScoredPieces {
 public:
  ScoredPieces() = default;
  // Of pieces with the same bytes the first counts. O(bytes of tokens).
  ScoredPieces(const cpe::VocabularyContent& vocabulary, Checkpoint& checkpoint);

  // Appends the ids of a word; `unknown` says what becomes of characters without a piece.
  // O(n log n) look-ups. Keeps its working memory between calls: one per thread.
  void append(std::string_view word, const UnknownText& unknown, std::vector<TokenId>& out,
              Checkpoint& checkpoint);

  // The pieces in an image.
  void write(ImageWriter& image) const { pass(*this, image); }
  void read(ImageReader& image);

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t piece = kNone;  // index of pieces_
  };
  struct Piece {
    std::uint32_t offset, length;
    TokenId id;
    float score;
    std::uint32_t is_unused;  // 0 or 1
  };
  struct Symbol {
    std::uint32_t begin, end;  // of the word; empty once joined to the one before
    std::uint32_t previous, next;
  };
  struct Candidate {
    float score;
    std::uint32_t left, right, length;
    // For a heap whose top is to be joined first.
    bool operator<(const Candidate& other) const noexcept {
      return score != other.score ? score < other.score : left > other.left;
    }
  };
  struct Join {
    std::string_view whole;
    std::size_t left;  // bytes of the left part
  };

  template <class Self, class Image>
  static void pass(Self& self, Image& image) {
    image.array(self.arena_);
    image.array(self.pieces_);
    image.array(self.slots_);
    image.value(self.longest_);
  }
  std::string_view bytes(const Piece& piece) const noexcept {
    return stretch(arena_, piece.offset, piece.length);
  }
  static std::uint64_t hash_of(std::string_view bytes) noexcept;
  // Index of pieces_, or kNone.
  std::uint32_t find(std::string_view bytes) const noexcept;
  void consider(std::string_view word, std::uint32_t left, std::uint32_t right);
  void append_piece(std::string_view bytes, const UnknownText& unknown,
                    std::vector<TokenId>& out) const;

  FlatArray<char> arena_;
  FlatArray<Piece> pieces_;
  FlatArray<Slot> slots_;
  std::size_t longest_ = 0;
  std::vector<Symbol> symbols_;
  std::vector<Candidate> heap_;
  std::vector<Join> joins_;  // of unused pieces in the word at hand
};

}  // namespace hartonomous::core::tokenizer
