// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/base/utf8.hpp"
#include "core/cpe/trainer.hpp"
#include "core/hash/content_hash.hpp"

using namespace hartonomous::core;
using cpe::TieRule;
using cpe::TrainedMerges;
using cpe::TrainingOptions;
using cpe::Unit;
using cpe::WordCounts;

namespace {

// Counts every pair of the corpus again for every merge.
class Recounting {
 public:
  Recounting(const std::map<std::string, std::uint64_t>& words, const TrainingOptions& options,
             const std::vector<std::uint32_t>& base)
      : options_(options) {
    for (const std::uint32_t unit : base) {
      std::string text;
      if (options.unit == Unit::kByte) {
        text += static_cast<char>(unit);
      } else {
        utf8::append(text, static_cast<char32_t>(unit));
        hashes_.push_back(hash::codepoint_hash(static_cast<char32_t>(unit)));
      }
      texts_.push_back(text);
    }
    for (const auto& [word, count] : words) {
      std::vector<std::uint32_t> symbols;
      for (std::size_t at = 0; at < word.size();) {
        const std::size_t length = options.unit == Unit::kByte
                                       ? 1
                                       : utf8::decode(std::string_view(word).substr(at)).length;
        const auto found = std::ranges::find(texts_, word.substr(at, length));
        symbols.push_back(static_cast<std::uint32_t>(found - texts_.begin()));
        at += length;
      }
      words_.emplace_back(symbols, count);
    }
  }

  std::vector<cpe::TrainedMerge> train() {
    std::vector<cpe::TrainedMerge> merges;
    while (texts_.size() < options_.vocabulary_size) {
      std::map<Pair, std::uint64_t> counts;
      for (const auto& [symbols, count] : words_) {
        for (std::size_t i = 1; i < symbols.size(); ++i)
          counts[{symbols[i - 1], symbols[i]}] += count;
      }
      const std::pair<const Pair, std::uint64_t>* best = nullptr;
      for (const auto& entry : counts) {
        if (entry.second < std::max<std::uint64_t>(options_.min_frequency, 1)) continue;
        if (options_.tie_rule == TieRule::kSentencePiece && made_.contains(text(entry.first)))
          continue;
        if (best == nullptr || entry.second > best->second ||
            (entry.second == best->second && before(entry.first, best->first))) {
          best = &entry;
        }
      }
      if (best == nullptr) break;
      const Pair pair = best->first;
      merges.push_back({pair.first, pair.second, best->second});
      replace(pair);
    }
    return merges;
  }

 private:
  using Pair = std::pair<std::uint32_t, std::uint32_t>;

  std::string text(Pair pair) const { return texts_[pair.first] + texts_[pair.second]; }
  std::size_t units(Pair pair) const {
    const std::string whole = text(pair);
    if (options_.unit == Unit::kByte) return whole.size();
    return static_cast<std::size_t>(
        std::ranges::count_if(whole, [](char c) { return (c & 0xc0) != 0x80; }));
  }
  bool before(Pair a, Pair b) const {
    switch (options_.tie_rule) {
      case TieRule::kHuggingFace:
        return a < b;
      case TieRule::kContentHash:
        return std::pair(hashes_[a.first], hashes_[a.second]) <
               std::pair(hashes_[b.first], hashes_[b.second]);
      case TieRule::kSentencePiece:
        return std::tuple(units(a), text(a), a) < std::tuple(units(b), text(b), b);
    }
    return false;
  }
  void replace(Pair pair) {
    made_.insert(text(pair));
    const auto made = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back(text(pair));
    if (options_.unit == Unit::kCodepoint) {
      const std::vector<hash::Child> children =
          pair.first == pair.second
              ? std::vector<hash::Child>{{hashes_[pair.first], 2}}
              : std::vector<hash::Child>{{hashes_[pair.first], 1}, {hashes_[pair.second], 1}};
      hashes_.push_back(hash::composition_hash(children));
    }
    for (auto& [symbols, count] : words_) {
      std::vector<std::uint32_t> replaced;
      for (std::size_t i = 0; i < symbols.size(); ++i) {
        if (i + 1 < symbols.size() && Pair(symbols[i], symbols[i + 1]) == pair) {
          replaced.push_back(made);
          ++i;
        } else {
          replaced.push_back(symbols[i]);
        }
      }
      symbols = replaced;
    }
  }

  TrainingOptions options_;
  std::vector<std::string> texts_;
  std::vector<hash::ContentHash> hashes_;
  std::set<std::string> made_;
  std::vector<std::pair<std::vector<std::uint32_t>, std::uint64_t>> words_;
};

std::string random_word(std::mt19937& random, unsigned letters) {
  static const std::vector<std::string> kAlphabet = {"a", "b", "c", "é", "字", "d", "😀", "e"};
  std::string word;
  for (unsigned length = 1 + random() % 12; length > 0; --length)
    word += kAlphabet[random() % letters];
  return word;
}

WordCounts counted(const std::map<std::string, std::uint64_t>& words) {
  WordCounts counts;
  for (const auto& [word, count] : words) counts.add(word, count);
  return counts;
}

TrainedMerges trained(const WordCounts& counts, const TrainingOptions& options) {
  NoCheckpoint checkpoint;
  auto result = cpe::train(counts, options, checkpoint);
  REQUIRE(result.is_ok());
  return std::move(result).value();
}

std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>> comparable(
    const std::vector<cpe::TrainedMerge>& merges) {
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>> tuples;
  for (const auto& merge : merges) tuples.emplace_back(merge.left, merge.right, merge.count);
  return tuples;
}

}  // namespace

TEST_CASE("training makes the merges that recounting makes") {
  std::mt19937 random(20261121);
  const std::pair<Unit, TieRule> kinds[] = {{Unit::kCodepoint, TieRule::kContentHash},
                                            {Unit::kCodepoint, TieRule::kHuggingFace},
                                            {Unit::kCodepoint, TieRule::kSentencePiece},
                                            {Unit::kByte, TieRule::kHuggingFace},
                                            {Unit::kByte, TieRule::kSentencePiece}};
  for (int round = 0; round < 300; ++round) {
    const auto [unit, tie_rule] = kinds[round % std::size(kinds)];
    const unsigned letters = 1 + random() % 8;
    std::map<std::string, std::uint64_t> words;
    for (unsigned n = random() % 40; n > 0; --n)
      words[random_word(random, letters)] += 1 + random() % 5;
    TrainingOptions options{unit, tie_rule, 256 + static_cast<std::uint32_t>(random() % 80),
                            random() % 4};
    const TrainedMerges result = trained(counted(words), options);
    CAPTURE(round, letters, words, options.vocabulary_size, options.min_frequency);
    REQUIRE(comparable(result.merges) ==
            comparable(Recounting(words, options, result.base).train()));
  }
}

TEST_CASE("repeated symbols are merged from the left") {
  const TrainedMerges result =
      trained(counted({{"aaaaa", 1}}), {Unit::kCodepoint, TieRule::kHuggingFace, 10, 1});
  CHECK(result.base == std::vector<std::uint32_t>{'a'});
  // aaaaa -> (aa)(aa)a -> (aa)((aa)a) -> aaaaa
  CHECK(comparable(result.merges) == comparable({{0, 0, 4}, {1, 0, 1}, {1, 2, 1}}));
}

TEST_CASE("what cannot be trained on is refused") {
  NoCheckpoint checkpoint;
  CHECK(cpe::train(counted({{"a\xff", 1}}), {}, checkpoint).status().code() == Code::kBadEncoding);
  CHECK(cpe::train(counted({{"a", 1}}), {.vocabulary_size = 0}, checkpoint).status().code() ==
        Code::kInvalidArgument);
  CHECK(cpe::train(counted({{"abc", 1}}), {.vocabulary_size = 2}, checkpoint).status().code() ==
        Code::kInvalidArgument);
  CHECK(cpe::train(counted({{"abc", 1}}), {.unit = Unit::kByte}, checkpoint).status().code() ==
        Code::kInvalidArgument);
  CHECK(trained(counted({{"a\xff", 1}}), {Unit::kByte, TieRule::kHuggingFace, 300, 1})
            .merges.size() == 1);
  CHECK(trained({}, {}).merges.empty());
}

TEST_CASE("counts are wider than 32 bits") {
  const std::uint64_t many = std::uint64_t{1} << 40;
  const TrainedMerges result = trained(counted({{"ab", many}, {"bc", many + 1}, {"cab", 3}}),
                                       {Unit::kCodepoint, TieRule::kContentHash, 9, 1});
  REQUIRE(result.merges.size() >= 2);
  CHECK(result.merges[0].count == many + 3);
  CHECK(result.merges[1].count == many + 1);
}
