// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/adaptive_model.hpp"

#include <catch2/catch.hpp>
#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "corpora.hpp"

namespace graph = hartonomous::core::graph;
using graph::Corpus;
using graph::Gram;
using graph::Symbol;
using hartonomous::core::Code;
using hartonomous::core::NoCheckpoint;

namespace {

// A stack with every kind of component, over random text.
struct Fixture {
  explicit Fixture(std::mt19937& random, bool forgets) {
    const Corpus corpus = graph::random_corpus(random, 25, 150);
    const Corpus domain = graph::random_corpus(random, 25, 20);
    main = std::make_unique<graph::LanguageModel>(graph::model_of(corpus, 4, kVocabulary));
    gap1 = std::make_unique<graph::LanguageModel>(graph::model_of(corpus, 3, kVocabulary, 1));
    gap2 = std::make_unique<graph::LanguageModel>(graph::model_of(corpus, 4, kVocabulary, 2));
    other = std::make_unique<graph::LanguageModel>(graph::model_of(domain, 2, kVocabulary));
    stack.main = main.get();
    stack.gaps = {gap1.get(), gap2.get()};
    stack.others = {other.get()};
    stack.windows = {5, 60};
    stack.forgets_sentences = forgets;
    weights.buckets = stack.buckets();
    weights.components = stack.components();
    for (std::uint32_t b = 0; b < weights.buckets; ++b) {
      std::vector<double> w(weights.components);
      double sum = 0;
      for (double& x : w) sum += x = random() % 4 == 0 ? 0 : 1 + random() % 100;
      for (const double x : w) weights.of.push_back(x / std::max(sum, 1.0));
    }
  }
  static constexpr std::uint32_t kVocabulary = graph::kFirstWord + 26;
  std::unique_ptr<graph::LanguageModel> main, gap1, gap2, other;
  graph::ModelStack stack;
  graph::MixtureWeights weights;
};

}  // namespace

TEST_CASE("every component of a stack sums to one, and its best words are the best") {
  std::mt19937 random(21);
  for (const bool forgets : {false, true}) {
    Fixture f(random, forgets);
    f.weights.exponent = forgets ? 1 : 1.3;
    graph::Reader reader(f.stack, &f.weights);
    std::vector<graph::Prediction> found;
    for (int i = 0; i < 150; ++i) {
      std::vector<double> given(f.stack.components()), sums(given.size());
      std::vector<graph::Prediction> all;
      for (Symbol w = 0; w < Fixture::kVocabulary; ++w) {
        reader.here().components(w, given);
        for (std::size_t c = 0; c < given.size(); ++c) sums[c] += given[c];
        if (w != graph::kBegin) all.push_back({w, reader.here().probability(w)});
      }
      for (const double sum : sums) REQUIRE(sum == Approx(1).epsilon(1e-5));
      double total = 0;
      for (const graph::Prediction& p : all) total += p.probability;
      REQUIRE(total == Approx(1).epsilon(1e-5));
      std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.probability != b.probability ? a.probability > b.probability : a.word < b.word;
      });
      const std::size_t k = random() % 32;
      reader.here().top(k, found);
      all.resize(std::min(k, all.size()));
      REQUIRE(found == all);
      reader.read(random() % 6 == 0 ? graph::kEnd : graph::kFirstWord + random() % 25);
    }
  }
}

TEST_CASE("a gap's model is asked about the words before the gap") {
  std::mt19937 random(22);
  const Corpus corpus = graph::random_corpus(random, 6, 80);
  const std::uint32_t vocabulary = graph::kFirstWord + 6;
  NoCheckpoint checkpoint;
  const auto gapped = graph::counter_of(corpus, 3).finish_with_gap(vocabulary, 1, checkpoint);
  const auto plain = graph::counter_of(corpus, 3).finish(vocabulary, checkpoint);
  // Every entry (a, b, _, w) of the gapped counts occurs as often in the corpus itself.
  const graph::NgramLevel& three = gapped.value().levels[2];
  const graph::NgramLevel& two = plain.value().levels[1];
  for (std::uint32_t a = 0; a < two.contexts(); ++a) {
    for (std::uint32_t ab = two.first[a]; ab < two.first[a + 1]; ++ab) {
      for (std::uint32_t e = three.first[ab]; e < three.first[ab + 1]; ++e) {
        std::uint64_t count = 0;
        for (Gram s : corpus) {
          s.insert(s.begin(), graph::kBegin);
          s.push_back(graph::kEnd);
          for (std::size_t i = 3; i < s.size(); ++i) {
            count += s[i - 3] == a && s[i - 2] == two.word[ab] && s[i] == three.word[e];
          }
        }
        REQUIRE(count == three.count[e]);
      }
    }
  }
}

TEST_CASE("the cache counts what is in its window and nothing else") {
  std::mt19937 random(23);
  for (const std::uint32_t window : {1u, 2u, 3u, 20u}) {
    graph::RecentText cache(window);
    std::deque<Symbol> text;
    for (int i = 0; i < 400; ++i) {
      const Symbol word = random() % (1 + random() % 8);
      cache.read(word);
      text.push_back(word);
      if (text.size() > window) text.pop_front();
      if (i == 200) cache.clear(), text.clear();
      graph::RecentText asked_once(window);
      for (const Symbol s : text) asked_once.read(s);
      for (std::uint32_t n = 1; n <= graph::RecentText::kLongest; ++n) {
        std::map<Symbol, std::uint32_t> expected;
        std::uint32_t total = 0;
        for (std::size_t at = n - 1; at < text.size(); ++at) {
          bool is_same = n - 1 <= text.size();
          for (std::uint32_t j = 1; j < n && is_same; ++j) {
            is_same = text[at - j] == text[text.size() - j];
          }
          if (is_same) ++expected[text[at]], ++total;
        }
        for (const graph::CountedWords* found :
             {cache.continuations(n), asked_once.continuations(n)}) {
          REQUIRE((found ? found->total() : 0) == total);
          if (!found) continue;
          std::map<Symbol, std::uint32_t> counted;
          std::uint32_t last = 0xffffffff;
          for (const graph::CountedWord& w : found->words()) {
            counted[w.word] = w.count;
            REQUIRE(w.count <= last);
            REQUIRE(found->count(w.word) == w.count);
            last = w.count;
          }
          REQUIRE(counted == expected);
        }
      }
    }
  }
}

TEST_CASE("sharpening keeps the order, sums to one, and finds the exponent that made the text") {
  const std::vector<double> cautious{0.3, 0.2, 0.1, 0.1, 0.05, 0.05, 0.05, 0.04};  // and 0.11 below
  const graph::Head head(cautious, 1.5);
  double sum = 0, last = 1;
  for (const double p : cautious) {
    const double q = head.sharpen(p);
    REQUIRE(q <= last);
    sum += q;
    last = q;
  }
  CHECK(head.sharpen(0.039999) <= last);
  CHECK(head.sharpen(0.039999) == Approx(last).epsilon(1e-4));
  CHECK(sum + 11 * head.sharpen(0.01) == Approx(1));
  CHECK(graph::Head(cautious, 1).sharpen(0.2) == Approx(0.2));
  std::mt19937 random(25);
  std::vector<graph::HeadSample> samples;
  for (int i = 0; i < 40000; ++i) {
    graph::HeadSample sample;
    std::copy(cautious.begin(), cautious.end(), sample.likeliest.begin());
    double left = std::uniform_real_distribution<>(0, 1)(random);
    sample.word = 0.01f;
    for (const double p : cautious) {
      if ((left -= head.sharpen(p)) < 0) {
        sample.word = static_cast<float>(p);
        break;
      }
    }
    samples.push_back(sample);
  }
  NoCheckpoint checkpoint;
  CHECK(graph::fit_exponent(samples, checkpoint) == Approx(1.5).margin(0.04));
  CHECK(graph::fit_exponent({}, checkpoint) == 1);
}

TEST_CASE("fitting a mixture finds the weights that made the text") {
  std::mt19937 random(24);
  NoCheckpoint checkpoint;
  graph::MixtureSamples samples;
  samples.components = 2;
  // Two components over four outcomes; bucket 0 draws from the first in 3 of 10, bucket 1 always.
  const float p[2][4] = {{0.7f, 0.1f, 0.1f, 0.1f}, {0.1f, 0.1f, 0.1f, 0.7f}};
  for (int i = 0; i < 60000; ++i) {
    const std::uint32_t bucket = i % 2;
    const int source = bucket == 1 || random() % 10 < 3 ? 0 : 1;
    const unsigned draw = random() % 10;
    const int outcome = source == 0 ? (draw < 7 ? 0 : 1 + draw % 3) : (draw < 7 ? 3 : draw % 3);
    samples.bucket.push_back(bucket);
    samples.probability.push_back(p[0][outcome]);
    samples.probability.push_back(p[1][outcome]);
  }
  const auto fitted = graph::fit_mixture(samples, 3, checkpoint, 60);
  REQUIRE(fitted.is_ok());
  CHECK(fitted.value().bucket(0)[0] == Approx(0.3).margin(0.02));
  CHECK(fitted.value().bucket(1)[0] == Approx(1).margin(0.02));
  CHECK(fitted.value().bucket(2)[0] == Approx(0.65).margin(0.02));  // nothing seen: all together
  for (std::uint32_t b = 0; b < 3; ++b) {
    CHECK(fitted.value().bucket(b)[0] + fitted.value().bucket(b)[1] == Approx(1));
  }
  const auto again = graph::fit_mixture(samples, 3, checkpoint, 60);
  CHECK(again.value().of == fitted.value().of);
  samples.bucket[0] = 3;
  CHECK(graph::fit_mixture(samples, 3, checkpoint).status().code() == Code::kInvalidArgument);
}
