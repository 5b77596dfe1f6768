// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/scored_pieces.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/utf8.hpp"
#include "core/cpe/bytes_hash.hpp"
#include "core/cpe/short_key.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenType;
constexpr std::size_t kPollInterval = 1 << 14;

}  // namespace

std::uint64_t ScoredPieces::hash_of(std::string_view bytes) noexcept {
  if (bytes.size() <= cpe::ShortKey::kLongest) return cpe::ShortKey::of(bytes).hash();
  return cpe::bytes_hash(bytes);
}

ScoredPieces::ScoredPieces(const cpe::VocabularyContent& vocabulary, Checkpoint& checkpoint) {
  const auto& tokens = vocabulary.tokens;
  slots_ = FlatArray<Slot>(std::vector<Slot>(std::bit_ceil(tokens.size() * 2 + 2)));
  for (TokenId id = 0; id < tokens.size(); ++id) {
    const cpe::VocabularyToken& token = tokens[id];
    const bool is_piece = token.type == TokenType::kNormal ||
                          token.type == TokenType::kUserDefined || token.type == TokenType::kUnused;
    if (!is_piece || token.bytes.empty() || find(token.bytes) != kNone) continue;
    const std::uint64_t hash = hash_of(token.bytes);
    std::size_t at = hash >> 32 & (slots_.size() - 1);
    while (slots_[at].piece != kNone) at = (at + 1) & (slots_.size() - 1);
    slots_.element(at) = {static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(pieces_.size())};
    const float score = std::isnan(token.score) ? -INFINITY : token.score;
    pieces_.change([&](auto& all) {
      all.push_back({static_cast<std::uint32_t>(arena_.size()),
                     static_cast<std::uint32_t>(token.bytes.size()), id, score,
                     token.type == TokenType::kUnused ? 1U : 0U});
    });
    arena_.change(
        [&](auto& all) { all.insert(all.end(), token.bytes.begin(), token.bytes.end()); });
    longest_ = std::max(longest_, token.bytes.size());
    if (id % 4096 == 0) checkpoint.reached(0);
  }
}

std::uint32_t ScoredPieces::find(std::string_view bytes) const noexcept {
  const std::uint64_t hash = hash_of(bytes);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash >> 32 & mask;
  for (std::size_t looks = 0; looks < slots_.size(); ++looks, at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.piece >= pieces_.size()) break;
    if (slot.hash != static_cast<std::uint32_t>(hash)) continue;
    if (this->bytes(pieces_[slot.piece]) == bytes) return slot.piece;
  }
  return kNone;
}

void ScoredPieces::read(ImageReader& image) {
  pass(*this, image);
  if (!is_slot_count(slots_.size())) image.fail();
}

void ScoredPieces::consider(std::string_view word, std::uint32_t left, std::uint32_t right) {
  if (left == kNone || right == kNone) return;
  const std::uint32_t begin = symbols_[left].begin, end = symbols_[right].end;
  const std::string_view whole = word.substr(begin, end - begin);
  if (whole.size() > longest_) return;
  const std::uint32_t found = find(whole);
  if (found == kNone) return;
  heap_.push_back({pieces_[found].score, left, right, end - begin});
  std::push_heap(heap_.begin(), heap_.end());
  if (pieces_[found].is_unused != 0) joins_.push_back({whole, symbols_[left].end - begin});
}

void ScoredPieces::append_piece(std::string_view bytes, const UnknownText& unknown,
                                std::vector<TokenId>& out) const {
  const std::uint32_t found = find(bytes);
  if (found == kNone) return unknown.append(bytes, out);
  if (pieces_[found].is_unused == 0) return out.push_back(pieces_[found].id);
  const auto join = std::find_if(joins_.rbegin(), joins_.rend(),
                                 [&](const Join& one) { return one.whole == bytes; });
  if (join == joins_.rend()) return out.push_back(pieces_[found].id);  // one character
  append_piece(bytes.substr(0, join->left), unknown, out);
  append_piece(bytes.substr(join->left), unknown, out);
}

void ScoredPieces::append(std::string_view word, const UnknownText& unknown,
                          std::vector<TokenId>& out, Checkpoint& checkpoint) {
  symbols_.clear();
  heap_.clear();
  joins_.clear();
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t end = at + std::max<std::size_t>(utf8::decode(word.substr(at)).length, 1);
    const auto index = static_cast<std::uint32_t>(symbols_.size());
    symbols_.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end),
                        index == 0 ? kNone : index - 1, end == word.size() ? kNone : index + 1});
    at = end;
  }
  for (std::uint32_t i = 1; i < symbols_.size(); ++i) consider(word, i - 1, i);
  for (std::size_t step = 1; !heap_.empty(); ++step) {
    if (step % kPollInterval == 0) checkpoint.reached(0);
    std::pop_heap(heap_.begin(), heap_.end());
    const Candidate top = heap_.back();
    heap_.pop_back();
    Symbol& left = symbols_[top.left];
    Symbol& right = symbols_[top.right];
    const bool is_stale = left.begin == left.end || right.begin == right.end ||
                          left.next != top.right || right.end - left.begin != top.length;
    if (is_stale) continue;
    left.end = right.end;
    left.next = right.next;
    right.end = right.begin;
    if (left.next != kNone) symbols_[left.next].previous = top.left;
    consider(word, left.previous, top.left);
    consider(word, top.left, left.next);
  }
  for (std::uint32_t i = symbols_.empty() ? kNone : 0; i != kNone; i = symbols_[i].next) {
    const Symbol& symbol = symbols_[i];
    append_piece(word.substr(symbol.begin, symbol.end - symbol.begin), unknown, out);
  }
}

}  // namespace hartonomous::core::tokenizer
