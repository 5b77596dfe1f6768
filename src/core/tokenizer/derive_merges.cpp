// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/derive_merges.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"
#include "core/tokenizer/spelling_index.hpp"

namespace hartonomous::core::tokenizer {

namespace {

constexpr std::size_t kLongest = 1024;
constexpr std::uint32_t kNoRank = 0xffffffff;

class Deriver {
 public:
  Deriver(const cpe::VocabularyContent& vocabulary, Checkpoint& checkpoint)
      : vocabulary_(vocabulary), checkpoint_(checkpoint), rank_(vocabulary.tokens.size(), kNoRank) {
    for (std::uint32_t id = 0; id < rank_.size(); ++id) {
      const cpe::VocabularyToken& token = vocabulary.tokens[id];
      if (token.type == cpe::TokenType::kNormal && !token.bytes.empty()) by_rank_.push_back(id);
    }
    if (vocabulary.algorithm == cpe::Algorithm::kSentencePiece) {
      std::ranges::stable_sort(by_rank_, [&](std::uint32_t a, std::uint32_t b) {
        return vocabulary.tokens[a].score > vocabulary.tokens[b].score;
      });
    }
    index_.reserve(by_rank_.size());
    for (std::uint32_t rank = 0; rank < by_rank_.size(); ++rank) {
      rank_[by_rank_[rank]] = rank;
      index_.add(vocabulary.tokens[by_rank_[rank]].bytes, by_rank_[rank]);
    }
    index_.build(checkpoint);
  }

  std::vector<cpe::TokenMerge> derive() {
    std::vector<cpe::TokenMerge> merges;
    for (const std::uint32_t id : by_rank_) {
      const std::string_view bytes = vocabulary_.tokens[id].bytes;
      // Of tokens with equal bytes only the one that is found can be merged.
      if (bytes.size() > kLongest || index_.find(bytes) != id) continue;
      split(bytes);
      if (ends_.size() > 1 && merge_down(bytes, rank_[id])) {
        const auto left = index_.find(bytes.substr(0, ends_[0]));
        const auto right = index_.find(bytes.substr(ends_[0]));
        if (left && right) merges.push_back({*left, *right, id});
      }
      if ((work_ += bytes.size() * bytes.size()) >= kWorkPerCheckpoint) {
        work_ = 0;
        checkpoint_.reached(0);
      }
    }
    return merges;
  }

 private:
  static constexpr std::size_t kWorkPerCheckpoint = 1 << 16;

  void split(std::string_view bytes) {
    ends_.clear();
    for (std::size_t at = 0; at < bytes.size();) {
      std::size_t length = 1;
      if (!vocabulary_.units_are_bytes) {
        length = std::max<std::size_t>(utf8::decode(bytes.substr(at)).length, 1);
      }
      ends_.push_back(at += length);
    }
    pair_ranks_.clear();
    for (std::size_t i = 0; i + 1 < ends_.size(); ++i) pair_ranks_.push_back(pair_rank(bytes, i));
  }

  std::uint32_t pair_rank(std::string_view bytes, std::size_t part) const noexcept {
    const std::size_t begin = part == 0 ? 0 : ends_[part - 1];
    const auto token = index_.find(bytes.substr(begin, ends_[part + 1] - begin));
    return token ? rank_[*token] : kNoRank;
  }

  // Merges pairs better than `limit` until two parts are left; false if that cannot be.
  bool merge_down(std::string_view bytes, std::uint32_t limit) {
    while (ends_.size() > 2) {
      const auto best = std::ranges::min_element(pair_ranks_);
      if (*best >= limit) return false;
      const auto i = best - pair_ranks_.begin();
      ends_.erase(ends_.begin() + i);
      pair_ranks_.erase(best);
      const auto part = static_cast<std::size_t>(i);
      if (part > 0) pair_ranks_[part - 1] = pair_rank(bytes, part - 1);
      if (part + 1 < ends_.size()) pair_ranks_[part] = pair_rank(bytes, part);
    }
    return true;
  }

  const cpe::VocabularyContent& vocabulary_;
  Checkpoint& checkpoint_;
  std::vector<std::uint32_t> by_rank_, rank_;
  SpellingIndex index_;
  std::vector<std::size_t> ends_;          // of the parts of the token at hand
  std::vector<std::uint32_t> pair_ranks_;  // of parts i and i + 1 together
  std::size_t work_ = 0;
};

}  // namespace

void derive_merges(cpe::VocabularyContent& vocabulary, Checkpoint& checkpoint) {
  vocabulary.merges = Deriver(vocabulary, checkpoint).derive();
}

}  // namespace hartonomous::core::tokenizer
