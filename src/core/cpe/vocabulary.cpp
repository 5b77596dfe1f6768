// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/vocabulary.hpp"

#include "core/base/utf8.hpp"
#include "core/cpe/bytes_hash.hpp"
#include "core/cpe/vocabulary_builder.hpp"

namespace hartonomous::core::cpe {

namespace {

bool is_passed_through(Unit kind, TokenId id) noexcept {
  const std::uint32_t unit = id & ~kPassThrough;
  if (kind == Unit::kByte) return unit < 0x100;
  if (unit >= kRawByte) return unit - kRawByte >= 0x80 && unit - kRawByte < 0x100;
  return unit < 0xd800 || unit > 0xdfff;
}

}  // namespace

Result<std::shared_ptr<const Vocabulary>> Vocabulary::from_merges(Unit unit,
                                                                  std::span<const Token> tokens,
                                                                  std::span<const Merge> merges,
                                                                  WholePiece whole_piece,
                                                                  Checkpoint& checkpoint) {
  VocabularyBuilder builder(unit, whole_piece, checkpoint);
  HARTONOMOUS_CHECK(builder.add_tokens(tokens));
  HARTONOMOUS_CHECK(builder.add_merges(merges));
  return builder.finish();
}

Result<std::shared_ptr<const Vocabulary>> Vocabulary::from_ranks(
    Unit unit, std::span<const RankedToken> tokens, WholePiece whole_piece,
    Checkpoint& checkpoint) {
  std::vector<Token> plain;
  plain.reserve(tokens.size());
  for (const RankedToken& token : tokens) plain.push_back({token.id, token.bytes});
  VocabularyBuilder builder(unit, whole_piece, checkpoint);
  HARTONOMOUS_CHECK(builder.add_tokens(plain));
  HARTONOMOUS_CHECK(builder.add_ranks(tokens));
  return builder.finish();
}

bool Vocabulary::has(TokenId id) const noexcept {
  return id < kPassThrough ? id < entries_.size() && (entries_[id].flags & kIsToken) != 0
                           : is_passed_through(unit_, id);
}

TokenId Vocabulary::find(std::string_view bytes) const noexcept {
  if (by_bytes_.empty()) return kNoToken;
  const std::size_t mask = by_bytes_.size() - 1;
  std::size_t at = bytes_hash(bytes) & mask;
  for (std::size_t looks = 0; looks < by_bytes_.size(); ++looks, at = (at + 1) & mask) {
    const TokenId id = by_bytes_[at];
    if (id == kNoToken || this->bytes(id) == bytes) return id;
  }
  return kNoToken;
}

TokenId Vocabulary::find_whole(std::string_view piece) const noexcept {
  if (piece.empty() || piece.size() > longest_) return kNoToken;
  if (piece.size() > ShortKey::kLongest) {
    const TokenId id = find(piece);
    return id < entries_.size() && is_whole(id) ? id : kNoToken;
  }
  const ShortKey key = ShortKey::of(piece);
  const std::size_t mask = whole_short_.size() - 1;
  std::size_t at = key.hash() >> whole_shift_;
  for (std::size_t looks = 0; looks < whole_short_.size(); ++looks, at = (at + 1) & mask) {
    const WholePieceSlot& slot = whole_short_[at];
    if (slot.key == key || slot.id == kNoToken) return slot.id;
  }
  return kNoToken;
}

template <class Self, class Image>
void Vocabulary::pass(Self& self, Image& image) {
  image.choice(self.unit_, Unit::kCodepoint);
  image.choice(self.whole_piece_, WholePiece::kFirst);
  image.value(self.is_ordered_);
  image.value(self.longest_);
  image.array(self.arena_);
  image.array(self.entries_);
  image.array(self.by_bytes_);
  image.array(self.unit_pages_);
  image.array(self.unit_tokens_);
  image.array(self.whole_short_);
}

void Vocabulary::write(ImageWriter& image) const {
  pass(*this, image);
  image.value(compact_.has_value());
  if (compact_) {
    compact_->write(image);
  } else {
    pairs_.write(image);
  }
}

std::shared_ptr<const Vocabulary> Vocabulary::read(ImageReader& image) {
  const std::shared_ptr<Vocabulary> made(new Vocabulary);
  pass(*made, image);
  bool has_compact = false;
  image.value(has_compact);
  if (has_compact) {
    made->compact_.emplace().read(image);
  } else {
    made->pairs_.read(image);
  }
  const bool has_sizes =
      is_slot_count(made->by_bytes_.size()) && is_slot_count(made->whole_short_.size()) &&
      made->whole_short_.size() > 1 &&
      (!has_compact || made->unit_ != Unit::kByte || made->compact_->has_bytes());
  if (!image.is_intact() || !has_sizes) return nullptr;
  made->whole_shift_ = 64 - static_cast<unsigned>(std::countr_zero(made->whole_short_.size()));
  return made;
}

Status Vocabulary::decode(std::span<const TokenId> ids, std::string& out) const {
  for (const TokenId id : ids) {
    if (!has(id)) {
      std::string message = "token id ";
      message += std::to_string(id) + " is not in the vocabulary";
      return {Code::kInvalidArgument, std::move(message)};
    }
    const std::uint32_t unit = id & ~kPassThrough;
    if (id < kPassThrough) {
      out += bytes(id);
    } else if (unit_ == Unit::kByte || unit >= kRawByte) {
      out += static_cast<char>(unit & 0xff);
    } else {
      utf8::append(out, unit);
    }
  }
  return Status::ok();
}

}  // namespace hartonomous::core::cpe
