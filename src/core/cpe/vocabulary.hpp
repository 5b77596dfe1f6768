// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A BPE vocabulary: tokens with their bytes, and which two neighbours merge into which token, in
// what order. The unit that merging starts from is a byte (GPT's, Llama's and Qwen's tokenizers) or
// a Unicode codepoint (CPE, this project's own). Encoding is defined as: begin with one token for
// each unit; as long as some two neighbours merge, merge those of the lowest rank, the leftmost of
// them first. cpe::Encoder does that fast; here is what it needs to know.
//
// A unit that the vocabulary has no token for passes through as itself: kPassThrough | unit, where
// a unit is a byte value, or a codepoint, or kRawByte + value for a byte that is not valid UTF-8 in
// a codepoint vocabulary. So every byte string can be encoded, and decoding gives it back.
//
// Immutable and safe to share between threads once made.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/compact_pairs.hpp"
#include "core/cpe/pair_table.hpp"
#include "core/cpe/short_key.hpp"
#include "core/cpe/unit.hpp"

namespace hartonomous::core::cpe {

inline constexpr TokenId kPassThrough = 0x80000000;
inline constexpr std::uint32_t kRawByte = 0x110000;
inline constexpr TokenId kMaxTokenId = 0x00ffffff;

struct Token {
  TokenId id;
  std::string_view bytes;
};
struct Merge {
  TokenId left, right, result;
};
struct RankedToken {
  TokenId id;
  std::string_view bytes;
  std::uint32_t rank;
};

// Whether a piece that is itself a token becomes that token without any merging, even if no merges
// lead to it. tiktoken always does this, Hugging Face's `ignore_merges` (Llama 3) asks for it,
// Hugging Face's GPT-2 does not.
enum class WholePiece : bool { kMerge, kFirst };

class Vocabulary {
 public:
  // From a list of merges in order of rank, as tokenizer.json and vocab.bpe have them, and as CPE's
  // trainer makes them. Each token of one unit is that unit's; a merge's result must have the bytes
  // of its two parts (kMalformed otherwise). A token that no merge makes is only decoded, or found
  // as a whole piece. O(total bytes of tokens · log of the longest).
  static Result<std::shared_ptr<const Vocabulary>> from_merges(Unit unit,
                                                               std::span<const Token> tokens,
                                                               std::span<const Merge> merges,
                                                               WholePiece whole_piece,
                                                               Checkpoint& checkpoint);

  // From ranks only: any two neighbours merge whose bytes together are a token's, at its rank, as
  // in tiktoken (where the rank is the id) and SentencePiece (where it is the order of the scores).
  static Result<std::shared_ptr<const Vocabulary>> from_ranks(Unit unit,
                                                              std::span<const RankedToken> tokens,
                                                              WholePiece whole_piece,
                                                              Checkpoint& checkpoint);

  Unit unit() const noexcept { return unit_; }
  WholePiece whole_piece() const noexcept { return whole_piece_; }

  // One more than the highest id.
  std::size_t id_limit() const noexcept { return entries_.size(); }
  std::size_t longest_token() const noexcept { return longest_; }
  // True if `id` is a token's, or a unit's that passes through.
  bool has(TokenId id) const noexcept;
  // The bytes of a token, empty for an id that is none. REQUIRES: id < kPassThrough.
  std::string_view bytes(TokenId id) const noexcept {
    return id < entries_.size()
               ? stretch(arena_, entries_[id].offset, entries_[id].length)
               : std::string_view();
  }
  // The token with these bytes, or kNoToken.
  TokenId find(std::string_view bytes) const noexcept;
  // The token that a piece with these bytes is at once, or kNoToken: because the rule for whole
  // pieces says so, or because it is known that merging would lead there.
  TokenId find_whole(std::string_view piece) const noexcept;
  // The token of a unit, or the unit passed through.
  TokenId of_unit(std::uint32_t unit) const noexcept {
    const std::uint32_t page = unit / kPage;
    const std::size_t at = unit_pages_.value_or(page, 0);
    const TokenId id =
        at == 0 ? kNoToken : unit_tokens_.value_or(at * kPage + unit % kPage, kNoToken);
    return id == kNoToken ? kPassThrough | unit : id;
  }

  const PairTable& pairs() const noexcept { return pairs_; }

  // Null unless the vocabulary is an ordinary one (compact_pairs.hpp); then the same as pairs().
  const CompactPairs* compact_pairs() const noexcept { return compact_ ? &*compact_ : nullptr; }

  // True if every merge makes a token of a higher rank than its parts', so that merging never goes
  // back to a lower rank. Then a token is made in one way only (left_part, right_part), which the
  // faster ways of encoding rely on. False for odd vocabularies, which are encoded as defined.
  bool is_ordered() const noexcept { return is_ordered_; }
  // REQUIRES of these three: is_ordered(), id < id_limit().
  // Whether merging can make the token (units are made from the start).
  bool is_reachable(TokenId id) const noexcept { return (entries_[id].flags & kReachable) != 0; }
  // The rank at which the token is made and from what; kNoRank and kNoToken for units.
  std::uint32_t rank(TokenId id) const noexcept { return entries_[id].rank; }
  TokenId left_part(TokenId id) const noexcept { return entries_[id].left; }
  TokenId right_part(TokenId id) const noexcept { return entries_[id].right; }

  // The vocabulary in an image. It has pairs() only where there are no compact_pairs().
  void write(ImageWriter& image) const;
  // Null if the image is none of a vocabulary's; any other is safe to use.
  static std::shared_ptr<const Vocabulary> read(ImageReader& image);

  // Appends the bytes of the tokens. kInvalidArgument for an id that is no token; `out` then holds
  // what came before it.
  Status decode(std::span<const TokenId> ids, std::string& out) const;

 private:
  static constexpr std::uint32_t kPage = 256;
  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
    std::uint32_t rank = kNoRank;
    TokenId left = kNoToken, right = kNoToken;
    std::uint32_t flags = 0;
    std::uint32_t unused = 0;
  };
  static constexpr std::uint32_t kIsToken = 1, kReachable = 2;
  friend class VocabularyBuilder;

  Vocabulary() = default;

  bool is_whole(TokenId id) const noexcept {
    return whole_piece_ == WholePiece::kFirst || (is_ordered_ && is_reachable(id));
  }

  template <class Self, class Image>
  static void pass(Self& self, Image& image);

  Unit unit_ = Unit::kByte;
  WholePiece whole_piece_ = WholePiece::kMerge;
  bool is_ordered_ = true;
  std::size_t longest_ = 0;
  FlatArray<char> arena_;
  FlatArray<Entry> entries_;             // by id
  FlatArray<TokenId> by_bytes_;          // open addressing over the tokens' bytes
  FlatArray<std::uint16_t> unit_pages_;  // unit / kPage -> page of unit_tokens_, 0 = none
  FlatArray<TokenId> unit_tokens_;
  PairTable pairs_;
  std::optional<CompactPairs> compact_;
  struct WholePieceSlot {
    ShortKey key{};
    TokenId id = kNoToken;
    std::uint32_t unused = 0;
  };
  FlatArray<WholePieceSlot> whole_short_;  // open addressing; pieces of up to 15 bytes
  unsigned whole_shift_ = 0;
};

}  // namespace hartonomous::core::cpe
