// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/encoder.hpp"

#include <algorithm>

#include "core/cpe/unit_reader.hpp"

namespace hartonomous::core::cpe {

namespace {

constexpr std::size_t kPollInterval = 1 << 16;

}  // namespace

// The vector is grown ahead and cut to size at the end, so that ids can be written four at a time.
class Encoder::Output {
 public:
  Output(std::vector<TokenId>& ids, std::size_t text_size) : ids_(ids), used_(ids.size()) {
    ids_.resize(used_ + text_size / 3 + kSlack);
  }
  ~Output() { ids_.resize(used_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Room for `count` more, and the slack.
  void reserve(std::size_t count) {
    if (ids_.size() - used_ < count + kSlack) {
      ids_.resize(std::max(ids_.size() + ids_.size() / 2, used_ + count + kSlack));
    }
  }
  TokenId* next() noexcept { return ids_.data() + used_; }
  void advance(std::size_t count) noexcept { used_ += count; }
  void append(std::span<const TokenId> ids) {
    reserve(ids.size());
    std::copy(ids.begin(), ids.end(), next());
    advance(ids.size());
  }

 private:
  static constexpr std::size_t kSlack = 4 * kBatch;

  std::vector<TokenId>& ids_;
  std::size_t used_;
};

Encoder::Encoder(std::shared_ptr<const Vocabulary> vocabulary, split::Pattern pattern)
    : vocabulary_(std::move(vocabulary)), pattern_(pattern) {
  if (vocabulary_->compact_pairs() != nullptr) window_merger_.emplace(*vocabulary_);
}

void Encoder::encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) {
  split::Pretokenizer pieces(pattern_, text);
  Output output(out, text.size());
  std::size_t ends[kBatch], begin = 0, reported = 0;
  while (const std::size_t count = pieces.read(ends)) {
    encode_batch(text, begin, {ends, count}, output, checkpoint);
    begin = ends[count - 1];
    if (begin - reported >= kPollInterval || begin == text.size()) {
      checkpoint.reached(begin - reported);
      reported = begin;
    }
  }
}

void Encoder::encode_batch(std::string_view text, std::size_t begin,
                           std::span<const std::size_t> ends, Output& out, Checkpoint& checkpoint) {
  constexpr std::size_t kLong = SIZE_MAX;
  ShortKey keys[kBatch];
  std::size_t lines[kBatch];
  std::size_t at = begin;
  for (std::size_t i = 0; i < ends.size(); at = ends[i++]) {
    const std::size_t length = ends[i] - at;
    if (length > ShortKey::kLongest) {
      lines[i] = kLong;
      continue;
    }
    if (text.size() - at >= 16) [[likely]] {
      keys[i] = ShortKey::of_readable(text.data() + at, length);
    } else {
      keys[i] = ShortKey::of(text.substr(at, length));
    }
    lines[i] = cache_.line_of(keys[i]);
    cache_.fetch(lines[i]);
  }
  out.reserve(0);
  at = begin;
  for (std::size_t i = 0; i < ends.size(); at = ends[i++]) {
    if (lines[i] != kLong) [[likely]] {
      const std::size_t count = cache_.find_short(keys[i], lines[i], out.next());
      out.advance(count);
      if (count != 0) [[likely]] {
        continue;
      }
    }
    encode_new(text.substr(at, ends[i] - at), out, checkpoint);
  }
}

void Encoder::encode_new(std::string_view piece, Output& out, Checkpoint& checkpoint) {
  if (piece.size() <= PieceCache::kLongest) {
    if (const auto known = cache_.find_long(piece); !known.empty()) return out.append(known);
  }
  const std::span<const TokenId> ids = merge_piece(piece, checkpoint);
  out.append(ids);
  out.reserve(0);
  if (piece.size() <= PieceCache::kLongest) cache_.insert(piece, ids);
}

std::span<const TokenId> Encoder::merge_piece(std::string_view piece, Checkpoint& checkpoint) {
  scratch_.clear();
  if (const TokenId whole = vocabulary_->find_whole(piece); whole != kNoToken) {
    scratch_.push_back(whole);
    return scratch_;
  }
  if (window_merger_) {
    if (vocabulary_->unit() == Unit::kByte && piece.size() <= CompactPairs::kLongest) {
      scratch_.resize(CompactPairs::kLongest);
      const CompactPairs& pairs = *vocabulary_->compact_pairs();
      return {scratch_.data(), pairs.merge_bytes(piece, scratch_.data())};
    }
    window_merger_->merge(piece, scratch_, checkpoint);
    return scratch_;
  }
  append_units(*vocabulary_, piece, scratch_);
  return {scratch_.data(), merger_.merge(vocabulary_->pairs(), scratch_, checkpoint)};
}

}  // namespace hartonomous::core::cpe
