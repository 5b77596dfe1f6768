// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Why a token is made in one way only. Take a vocabulary in which merging never goes back to a
// lower rank. When two neighbours a, b come to stand side by side just before the merges of rank r
// begin, no merge has crossed the outer edges of ab; so inside these edges the same merges have
// happened as if ab stood alone. But ab alone is in one definite state before rank r. Hence, for
// the token t = ab of rank r, only the two parts into which the bytes of t alone have been merged
// by the ranks below r can ever merge into it; every other split of t into two tokens is dead, and
// if t alone is then not in exactly two parts, t is never made by merging at all.
//
// So the builder goes through the tokens by rank and merges the bytes of each by the pairs found so
// far: two parts give a pair, anything else a token that is not reachable. The premise fails only
// if some token can be made at a lower rank than one of its parts. That is looked for among the
// tokens and merges found dead; if it is possible, every pair is kept and the vocabulary is marked
// as not ordered.
#include "core/cpe/vocabulary_builder.hpp"

#include <algorithm>

#include "core/cpe/bytes_hash.hpp"
#include "core/cpe/unit_reader.hpp"

namespace hartonomous::core::cpe {

namespace {

constexpr std::uint64_t kPollInterval = 1 << 16;
constexpr std::size_t kMaxArena = std::size_t{1} << 30;
constexpr std::size_t kLongestChecked = 64;

std::string id_name(TokenId id) { return std::to_string(id); }

}  // namespace

VocabularyBuilder::VocabularyBuilder(Unit unit, WholePiece whole_piece, Checkpoint& checkpoint)
    : made_(new Vocabulary), checkpoint_(checkpoint) {
  made_->unit_ = unit;
  made_->whole_piece_ = whole_piece;
}

void VocabularyBuilder::poll(std::uint64_t bytes) {
  unreported_ += bytes;
  if (unreported_ < kPollInterval) return;
  checkpoint_.reached(0);
  unreported_ = 0;
}

Status VocabularyBuilder::add_tokens(std::span<const Token> tokens) {
  for (const Token& token : tokens) HARTONOMOUS_CHECK(add_token(token));
  index_bytes();
  for (const Token& token : tokens) {
    if (made_->find(token.bytes) != token.id) {
      std::string message = "tokens ";
      message += id_name(made_->find(token.bytes)) + " and " + id_name(token.id);
      return {Code::kMalformed, message + " have the same bytes"};
    }
    if (is_unit(token.bytes)) index_unit(token.id);
  }
  return Status::ok();
}

Status VocabularyBuilder::add_token(const Token& token) {
  std::string name = "token ";
  name += id_name(token.id);
  if (token.id > kMaxTokenId) return {Code::kLimitExceeded, name + " is over the highest id"};
  if (token.bytes.empty()) return {Code::kMalformed, name + " is empty"};
  auto& entries = made_->entries_;
  if (token.id >= entries.size()) {
    entries.change([&](auto& all) { all.resize(std::size_t{token.id} + 1); });
  }
  Vocabulary::Entry& entry = entries.element(token.id);
  if ((entry.flags & Vocabulary::kIsToken) != 0) return {Code::kMalformed, name + " occurs twice"};
  if (token.bytes.size() > kMaxArena - made_->arena_.size()) {
    return {Code::kLimitExceeded, "the vocabulary's tokens have more than 1 GiB"};
  }
  entry.offset = made_->arena_.size();
  entry.length = static_cast<std::uint32_t>(token.bytes.size());
  entry.flags |= Vocabulary::kIsToken;
  made_->arena_.change(
      [&](auto& all) { all.insert(all.end(), token.bytes.begin(), token.bytes.end()); });
  made_->longest_ = std::max(made_->longest_, token.bytes.size());
  poll(token.bytes.size());
  return Status::ok();
}

void VocabularyBuilder::index_bytes() {
  std::vector<TokenId> slots(std::bit_ceil(made_->entries_.size() * 2 + 2), kNoToken);
  const std::size_t mask = slots.size() - 1;
  for (TokenId id = 0; id < made_->entries_.size(); ++id) {
    if (!made_->has(id)) continue;
    const std::string_view bytes = made_->bytes(id);
    std::size_t at = bytes_hash(bytes) & mask;
    while (slots[at] != kNoToken && made_->bytes(slots[at]) != bytes) at = (at + 1) & mask;
    if (slots[at] == kNoToken) slots[at] = id;
    poll(bytes.size());
  }
  made_->by_bytes_ = FlatArray<TokenId>(std::move(slots));
}

bool VocabularyBuilder::is_unit(std::string_view bytes) const noexcept {
  return first_unit(made_->unit_, bytes).length == bytes.size();
}

void VocabularyBuilder::index_unit(TokenId id) {
  const std::uint32_t unit = first_unit(made_->unit_, made_->bytes(id)).unit;
  const std::uint32_t page = unit / Vocabulary::kPage;
  auto& pages = made_->unit_pages_;
  auto& tokens = made_->unit_tokens_;
  const auto add_page = [](auto& all) { all.resize(all.size() + Vocabulary::kPage, kNoToken); };
  if (tokens.empty()) tokens.change(add_page);  // page 0 stands for "none"
  if (page >= pages.size()) {
    pages.change([&](auto& all) { all.resize(page + 1, 0); });
  }
  if (pages[page] == 0) {
    pages.element(page) = static_cast<std::uint16_t>(tokens.size() / Vocabulary::kPage);
    tokens.change(add_page);
  }
  tokens.element(pages[page] * Vocabulary::kPage + unit % Vocabulary::kPage) = id;
  made_->entries_.element(id).flags |= Vocabulary::kReachable;
}

std::span<const TokenId> VocabularyBuilder::merged_so_far(TokenId id) {
  scratch_.clear();
  append_units(*made_, made_->bytes(id), scratch_);
  poll(made_->bytes(id).size());
  return {scratch_.data(), merger_.merge(made_->pairs_, scratch_, checkpoint_)};
}

void VocabularyBuilder::make(TokenId result, TokenId left, TokenId right, std::uint32_t rank) {
  made_->pairs_.insert(left, right, {rank, result});
  Vocabulary::Entry& entry = made_->entries_.element(result);
  entry.left = left;
  entry.right = right;
  entry.rank = rank;
  entry.flags |= Vocabulary::kReachable;
}

Status VocabularyBuilder::add_merges(std::span<const Merge> merges) {
  made_->pairs_ = PairTable(merges.size());
  std::vector<std::uint32_t> dead;
  for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
    const Merge& merge = merges[rank];
    const std::string_view left = made_->bytes(merge.left), right = made_->bytes(merge.right);
    const std::string_view result = made_->bytes(merge.result);
    if (left.empty() || right.empty() || result.size() != left.size() + right.size() ||
        !result.starts_with(left) || !result.ends_with(right)) {
      return Status(Code::kMalformed, "merge " + std::to_string(rank) + " does not join its tokens")
          .with_detail("A merge's result must be a token whose bytes are those of the two parts.");
    }
    const auto parts = merged_so_far(merge.result);
    if (parts.size() == 2 && parts[0] == merge.left && parts[1] == merge.right) {
      make(merge.result, merge.left, merge.right, rank);
    } else {
      dead.push_back(rank);
    }
  }
  const auto comes_later = [this](TokenId part, std::uint32_t rank) {
    return made_->rank(part) != kNoRank && made_->rank(part) > rank;
  };
  for (const std::uint32_t rank : dead) {
    if (comes_later(merges[rank].left, rank) || comes_later(merges[rank].right, rank)) {
      insert_all_merges(merges);
      break;
    }
  }
  return Status::ok();
}

void VocabularyBuilder::insert_all_merges(std::span<const Merge> merges) {
  made_->is_ordered_ = false;
  made_->pairs_ = PairTable(merges.size());
  for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
    made_->pairs_.insert(merges[rank].left, merges[rank].right, {rank, merges[rank].result});
  }
}

template <class Visit>
void VocabularyBuilder::for_each_split(TokenId id, Visit&& visit) const {
  const std::string_view bytes = made_->bytes(id);
  for (std::size_t cut = first_unit(made_->unit_, bytes).length; cut < bytes.size();
       cut += first_unit(made_->unit_, bytes.substr(cut)).length) {
    const TokenId left = made_->find(bytes.substr(0, cut));
    if (left == kNoToken) continue;
    const TokenId right = made_->find(bytes.substr(cut));
    if (right != kNoToken) visit(left, right);
  }
}

Status VocabularyBuilder::add_ranks(std::span<const RankedToken> tokens) {
  std::vector<const RankedToken*> by_rank;
  std::vector<std::uint32_t> ranks(made_->entries_.size(), kNoRank);
  for (const RankedToken& token : tokens) {
    by_rank.push_back(&token);
    ranks[token.id] = token.rank;
  }
  std::sort(by_rank.begin(), by_rank.end(), [](const RankedToken* a, const RankedToken* b) {
    return a->rank != b->rank ? a->rank < b->rank : a->id < b->id;
  });
  made_->pairs_ = PairTable(tokens.size());
  std::vector<TokenId> dead;
  bool is_distinct = true;
  for (std::size_t i = 0; i < by_rank.size(); ++i) {
    const RankedToken& token = *by_rank[i];
    is_distinct = is_distinct && (i == 0 || token.rank != by_rank[i - 1]->rank);
    if (is_unit(token.bytes)) continue;
    const auto parts = merged_so_far(token.id);
    if (parts.size() == 2 && parts[0] < kPassThrough && parts[1] < kPassThrough) {
      make(token.id, parts[0], parts[1], token.rank);
    } else {
      dead.push_back(token.id);
    }
  }
  const auto can_live = [&](TokenId id) { return merges_to_itself(id, ranks); };
  if (!is_distinct || std::any_of(dead.begin(), dead.end(), can_live)) insert_all_splits(tokens);
  return Status::ok();
}

void VocabularyBuilder::insert_all_splits(std::span<const RankedToken> tokens) {
  made_->is_ordered_ = false;
  made_->pairs_ = PairTable(tokens.size());
  for (const RankedToken& token : tokens) {
    poll(token.bytes.size());
    for_each_split(token.id, [&](TokenId left, TokenId right) {
      made_->pairs_.insert(left, right, {token.rank, token.id});
    });
  }
}

// Merges the bytes of one token by the definition, over every pair of the vocabulary.
bool VocabularyBuilder::merges_to_itself(TokenId id, std::span<const std::uint32_t> ranks) const {
  bool has_split = false;
  for_each_split(id, [&](TokenId, TokenId) { has_split = true; });
  if (!has_split) return false;
  const std::string_view bytes = made_->bytes(id);
  std::vector<std::size_t> cuts{0};
  while (cuts.back() < bytes.size()) {
    cuts.push_back(cuts.back() + first_unit(made_->unit_, bytes.substr(cuts.back())).length);
  }
  if (cuts.size() > kLongestChecked) return true;  // rather slow than wrong
  while (cuts.size() > 2) {
    std::uint32_t lowest = kNoRank;
    std::size_t best = 0;
    for (std::size_t i = 0; i + 2 < cuts.size(); ++i) {
      const TokenId joined = made_->find(bytes.substr(cuts[i], cuts[i + 2] - cuts[i]));
      if (joined != kNoToken && ranks[joined] < lowest) {
        lowest = ranks[joined];
        best = i;
      }
    }
    if (lowest == kNoRank) return false;
    cuts.erase(cuts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
  return true;
}

void VocabularyBuilder::index_whole_pieces() {
  std::size_t count = 0;
  const auto is_indexed = [this](TokenId id) {
    return made_->has(id) && made_->bytes(id).size() <= ShortKey::kLongest && made_->is_whole(id);
  };
  for (TokenId id = 0; id < made_->entries_.size(); ++id) count += is_indexed(id);
  std::vector<Vocabulary::WholePieceSlot> slots(std::bit_ceil(count + count / 2 + 2));
  made_->whole_shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots.size()));
  for (TokenId id = 0; id < made_->entries_.size(); ++id) {
    if (!is_indexed(id)) continue;
    const ShortKey key = ShortKey::of(made_->bytes(id));
    std::size_t at = key.hash() >> made_->whole_shift_;
    while (slots[at].id != kNoToken) at = (at + 1) & (slots.size() - 1);
    slots[at] = {key, id};
  }
  made_->whole_short_ = FlatArray<Vocabulary::WholePieceSlot>(std::move(slots));
}

void VocabularyBuilder::index_compact_pairs() {
  if (!made_->is_ordered_ || made_->entries_.size() > CompactPairs::kMaxId) return;
  std::uint32_t highest = 0;
  for (const Vocabulary::Entry& entry : made_->entries_) {
    if (entry.rank == kNoRank) continue;
    if (entry.rank < highest) return;
    highest = entry.rank;
  }
  CompactPairs& compact = made_->compact_.emplace(made_->pairs_.size(), made_->entries_.size());
  for (TokenId id = 0; id < made_->entries_.size(); ++id) {
    const Vocabulary::Entry& entry = made_->entries_[id];
    if (entry.rank != kNoRank) compact.insert(entry.left, entry.right, id);
  }
  std::array<TokenId, 256> of_byte;
  for (std::uint32_t byte = 0; byte < 256; ++byte) of_byte[byte] = made_->of_unit(byte);
  if (made_->unit_ == Unit::kByte) compact.index_bytes(of_byte);
}

std::shared_ptr<const Vocabulary> VocabularyBuilder::finish() {
  index_whole_pieces();
  index_compact_pairs();
  return std::move(made_);
}

}  // namespace hartonomous::core::cpe
