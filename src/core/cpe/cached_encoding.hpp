// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The loop that all fast encoders share: pieces in batches, their look-ups in the cache under way
// at once, and only what is not there encoded anew. Remembers pieces, so keep one per thread and
// reuse it: not thread-safe.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/cpe/piece_cache.hpp"

namespace hartonomous::core::cpe {

class CachedEncoding {
 public:
  // Appends the ids of `text`. pieces.read(span of ends) cuts it as split::Pretokenizer does;
  // encode_new(piece) gives the ids of one piece, which stay valid until it is called again. Ids
  // are below 2^24, or have the highest bit and 21 others (vocabulary.hpp).
  template <class Pieces, class EncodeNew>
  void encode(std::string_view text, Pieces& pieces, EncodeNew&& encode_new,
              std::vector<TokenId>& out, Checkpoint& checkpoint) {
    Output output(out, text.size());
    std::size_t ends[kBatch], begin = 0, reported = 0;
    while (const std::size_t count = pieces.read(ends)) {
      encode_batch(text, begin, {ends, count}, encode_new, output);
      begin = ends[count - 1];
      if (begin - reported >= kPollInterval || begin == text.size()) {
        checkpoint.reached(begin - reported);
        reported = begin;
      }
    }
  }

 private:
  static constexpr std::size_t kBatch = 256;  // pieces whose look-ups are under way at once
  static constexpr std::size_t kPollInterval = 1 << 16;

  // The vector is grown ahead and cut to size at the end, so that ids can be written four at a
  // time.
  class Output {
   public:
    Output(std::vector<TokenId>& ids, std::size_t text_size)
        : ids_(ids), used_(ids.size()), slack_(4 * std::min(kBatch, text_size)) {
      ids_.resize(used_ + text_size / 3 + slack_);
    }
    ~Output() { ids_.resize(used_); }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    // Room for `count` more, and the slack.
    void reserve(std::size_t count) {
      if (ids_.size() - used_ < count + slack_) {
        ids_.resize(std::max(ids_.size() + ids_.size() / 2, used_ + count + slack_));
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
    std::vector<TokenId>& ids_;
    std::size_t used_, slack_;  // slack: four for each piece of a batch, which has bytes
  };

  template <class EncodeNew>
  void encode_batch(std::string_view text, std::size_t begin, std::span<const std::size_t> ends,
                    EncodeNew& encode_new, Output& out) {
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
      append_new(text.substr(at, ends[i] - at), encode_new, out);
    }
  }

  template <class EncodeNew>
  void append_new(std::string_view piece, EncodeNew& encode_new, Output& out) {
    if (piece.size() <= PieceCache::kLongest) {
      if (const auto known = cache_.find_long(piece); !known.empty()) return out.append(known);
    }
    const std::span<const TokenId> ids = encode_new(piece);
    out.append(ids);
    out.reserve(0);
    if (piece.size() <= PieceCache::kLongest && !ids.empty()) cache_.insert(piece, ids);
  }

  PieceCache cache_;
};

}  // namespace hartonomous::core::cpe
