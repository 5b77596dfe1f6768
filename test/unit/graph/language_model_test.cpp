// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/language_model.hpp"

#include <catch2/catch.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "corpora.hpp"

namespace graph = hartonomous::core::graph;
using graph::Corpus;
using graph::counter_of;
using graph::Gram;
using graph::model_of;
using graph::random_corpus;
using graph::Symbol;
using hartonomous::core::Code;
using hartonomous::core::NoCheckpoint;

namespace {

// The formula of kneser_ney.hpp, word for word, over maps.
class Naive {
 public:
  Naive(const Corpus& corpus, std::uint32_t order, std::uint32_t vocabulary)
      : order_(order), vocabulary_(vocabulary), counts_(order + 1), adjusted_(order + 1) {
    for (const Gram& words : corpus) {
      Gram s{graph::kBegin};
      s.insert(s.end(), words.begin(), words.end());
      s.push_back(graph::kEnd);
      for (std::size_t i = 1; i < s.size(); ++i) {
        for (std::size_t n = 1; n <= order && n <= i + 1; ++n) {
          ++counts_[n][Gram(s.begin() + i + 1 - n, s.begin() + i + 1)];
        }
      }
    }
    adjusted_[order] = counts_[order];
    for (std::uint32_t n = 1; n < order; ++n) {
      std::map<Gram, std::set<Symbol>> before;
      for (const auto& [gram, count] : counts_[n + 1]) {
        before[Gram(gram.begin() + 1, gram.end())].insert(gram[0]);
      }
      for (const auto& [gram, count] : counts_[n]) {
        adjusted_[n][gram] = gram[0] == graph::kBegin ? count : before[gram].size();
      }
    }
    for (std::uint32_t n = 1; n <= order; ++n) {
      double t[6] = {};
      for (const auto& [gram, a] : adjusted_[n]) ++t[std::min<std::uint64_t>(a, 5)];
      const double y = t[1] / (t[1] + 2 * t[2]);
      std::array<double, 4> d{};
      bool is_sound = true;
      for (int k = 1; k <= 3; ++k) {
        d[k] = k - (k + 1) * y * t[k + 1] / t[k];
        if (!(d[k] >= 0 && d[k] <= k)) is_sound = false;
      }
      if (!is_sound) d = {0, 0.5, 1, 1.5};
      discounts_.push_back(d);
    }
  }

  double probability(Gram context, Symbol word) const {
    if (context.size() >= order_) context.erase(context.begin(), context.end() - (order_ - 1));
    const std::size_t n = context.size() + 1;
    double total = 0, discounted = 0, own = 0;
    for (const auto& [gram, a] : adjusted_[n]) {
      if (!std::equal(context.begin(), context.end(), gram.begin())) continue;
      const double d = discounts_[n - 1][std::min<std::uint64_t>(a, 3)];
      total += static_cast<double>(a);
      discounted += d;
      if (gram.back() == word) own = static_cast<double>(a) - d;
    }
    double lower = word == graph::kBegin ? 0 : 1.0 / (vocabulary_ - 1);
    if (n > 1) lower = probability(Gram(context.begin() + 1, context.end()), word);
    if (total == 0) return lower;
    return own / total + discounted / total * lower;
  }

 private:
  std::uint32_t order_, vocabulary_;
  std::vector<std::map<Gram, std::uint64_t>> counts_, adjusted_;
  std::vector<std::array<double, 4>> discounts_;
};

}  // namespace

TEST_CASE("probabilities are those of the Kneser-Ney formula and sum to one") {
  std::mt19937 random(11);
  for (const std::uint32_t order : {1u, 2u, 3u, 5u}) {
    for (const Symbol words : {4u, 30u}) {
      const Corpus corpus = random_corpus(random, words, 60);
      const std::uint32_t vocabulary = graph::kFirstWord + words + 1;  // the last never occurs
      const Naive naive(corpus, order, vocabulary);
      const graph::LanguageModel model = model_of(corpus, order, vocabulary);
      for (int round = 0; round < 25; ++round) {
        Gram read{graph::kBegin};
        graph::Context context = model.begin();
        for (int i = 0; i < 6; ++i) {
          double sum = 0;
          for (Symbol w = 0; w < vocabulary; ++w) {
            const double p = model.score(context, w).probability;
            sum += p;
            REQUIRE(p == Approx(naive.probability(read, w)).epsilon(1e-5));
          }
          REQUIRE(sum == Approx(1).epsilon(1e-5));
          const Symbol next = graph::kFirstWord + random() % words;
          read.push_back(next);
          context = model.advance(context, next);
          REQUIRE(context == model.after(read));
        }
      }
    }
  }
}

TEST_CASE("the likeliest words are those an exhaustive search finds") {
  std::mt19937 random(12);
  const Corpus corpus = random_corpus(random, 40, 200);
  const std::uint32_t vocabulary = graph::kFirstWord + 41;
  const graph::LanguageModel model = model_of(corpus, 4, vocabulary);
  std::vector<graph::Prediction> found;
  for (int round = 0; round < 300; ++round) {
    graph::Context context = round % 2 == 0 ? model.begin() : graph::Context{};
    for (unsigned i = random() % 5; i > 0; --i) {
      context = model.advance(context, graph::kFirstWord + random() % 41);
    }
    std::vector<double> all;
    for (Symbol w = 0; w < vocabulary; ++w) {
      if (w != graph::kBegin) all.push_back(model.score(context, w).probability);
    }
    std::sort(all.rbegin(), all.rend());
    const std::size_t k = round % 3 == 0 ? 100 : random() % 12;
    model.top(context, k, found);
    REQUIRE(found.size() == std::min(k, all.size()));
    std::set<Symbol> distinct;
    for (std::size_t i = 0; i < found.size(); ++i) {
      REQUIRE(found[i].probability == all[i]);
      REQUIRE(model.score(context, found[i].word).probability == found[i].probability);
      REQUIRE(distinct.insert(found[i].word).second);
    }
  }
}

TEST_CASE("counts do not depend on the order of the sentences") {
  std::mt19937 random(13);
  Corpus corpus = random_corpus(random, 50, 3000);
  NoCheckpoint checkpoint;
  for (const std::uint32_t gap : {0u, 1u, 2u}) {
    const auto a = counter_of(corpus, 4).finish_with_gap(60, gap, checkpoint);
    std::shuffle(corpus.begin(), corpus.end(), random);
    const auto b = counter_of(corpus, 4).finish_with_gap(60, gap, checkpoint);
    for (std::size_t n = 0; n < 4; ++n) {
      const graph::NgramLevel &x = a.value().levels[n], &y = b.value().levels[n];
      REQUIRE(x.first == y.first);
      REQUIRE(x.word == y.word);
      REQUIRE(x.shorter == y.shorter);
      REQUIRE(x.shorter_context == y.shorter_context);
      REQUIRE(x.count == y.count);
    }
  }
}

TEST_CASE("with a gap, contexts keep their numbers and words skip") {
  NoCheckpoint checkpoint;
  const Corpus corpus{{3, 4, 5, 6}, {3, 4, 7, 6}};
  const auto plain = counter_of(corpus, 3).finish(8, checkpoint);
  const auto gapped = counter_of(corpus, 3).finish_with_gap(8, 1, checkpoint);
  const graph::NgramLevel& two = gapped.value().levels[1];
  const auto words_after = [](const graph::NgramLevel& level, std::uint32_t c) {
    return Gram(level.word.begin() + level.first[c], level.word.begin() + level.first[c + 1]);
  };
  CHECK(words_after(two, graph::kBegin) == Gram{4});
  CHECK(words_after(two, 3) == Gram{5, 7});
  CHECK(words_after(two, 4) == Gram{6});
  CHECK(words_after(two, 5) == Gram{graph::kEnd});
  const graph::NgramLevel& pairs = plain.value().levels[1];
  const graph::NgramLevel& three = gapped.value().levels[2];
  CHECK(three.contexts() == pairs.entries());
  CHECK(three.shorter_context == pairs.shorter);
  const std::uint32_t after_34 = pairs.first[3];  // the pair (3, 4)
  CHECK(words_after(three, after_34) == Gram{6});
  CHECK(three.count[three.first[after_34]] == 2);
}

TEST_CASE("a corpus with impossible words is refused, an empty one is uniform") {
  NoCheckpoint checkpoint;
  CHECK(counter_of({{3, 9}}, 3).finish(9, checkpoint).status().code() == Code::kInvalidArgument);
  CHECK(counter_of({{3, graph::kEnd}}, 3).finish(9, checkpoint).status().code() ==
        Code::kInvalidArgument);
  CHECK(counter_of({{graph::kBegin}}, 3).finish(9, checkpoint).status().code() ==
        Code::kInvalidArgument);
  CHECK(counter_of({}, 3).finish(2, checkpoint).status().code() == Code::kInvalidArgument);
  const graph::LanguageModel empty = model_of({}, 3, 8);
  CHECK(empty.score(empty.begin(), 5).probability == Approx(1.0 / 7));
  std::vector<graph::Prediction> found;
  empty.top(empty.begin(), 100, found);
  CHECK(found.size() == 7);
}
