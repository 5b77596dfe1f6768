// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>
#include <cmath>

#include "core/graph/continuation.hpp"
#include "core/graph/sampling.hpp"
#include "corpora.hpp"

namespace graph = hartonomous::core::graph;
using graph::Symbol;
using hartonomous::core::NoCheckpoint;

namespace {

// The best complete continuation by trying all.
double best_of_all(const graph::LanguageModel& model, graph::Context context, int length) {
  if (length == 0) return 1;
  double best = 0;
  for (Symbol w = 0; w < model.vocabulary(); ++w) {
    if (w == graph::kUnknown || w == graph::kBegin) continue;
    const graph::Score s = model.score(context, w);
    const double rest = w == graph::kEnd ? 1 : best_of_all(model, s.next, length - 1);
    best = std::max(best, s.probability * rest);
  }
  return best;
}

double probability_of(const graph::LanguageModel& model, graph::Context context,
                      const graph::Continuation& text) {
  double product = 1;
  for (const Symbol w : text.words) {
    const graph::Score s = model.score(context, w);
    product *= s.probability;
    context = s.next;
  }
  return text.is_ended ? product * model.score(context, graph::kEnd).probability : product;
}

}  // namespace

TEST_CASE("best first finds what trying everything finds, and beams never better") {
  std::mt19937 random(31);
  NoCheckpoint checkpoint;
  for (int round = 0; round < 40; ++round) {
    const graph::LanguageModel model =
        graph::model_of(graph::random_corpus(random, 7, 30), 3, graph::kFirstWord + 7);
    const graph::Context context = model.after(graph::Gram{graph::kBegin, 3, 4});
    const int length = static_cast<int>(random() % 5);
    const double expected = best_of_all(model, context, length);
    const auto found = graph::best_continuation(model, context, length, 1 << 20, checkpoint);
    REQUIRE(found);
    REQUIRE(std::exp(found->probability.natural_log()) == Approx(expected).epsilon(1e-9));
    REQUIRE(probability_of(model, context, *found) == Approx(expected).epsilon(1e-9));
    for (const std::uint32_t width : {1u, 4u, 10000u}) {
      const auto beams = graph::beam_search(model, context, length, width, checkpoint);
      REQUIRE(!beams.empty());
      const double best = probability_of(model, context, beams[0]);
      REQUIRE(std::exp(beams[0].probability.natural_log()) == Approx(best).epsilon(1e-9));
      if (width == 10000) REQUIRE(best == Approx(expected).epsilon(1e-9));
      REQUIRE(best <= expected * (1 + 1e-9));
      for (std::size_t i = 1; i < beams.size(); ++i) {
        REQUIRE(!(beams[i - 1].probability < beams[i].probability));
      }
    }
  }
}

TEST_CASE("a search that reaches its limit says so, a long one does not underflow") {
  std::mt19937 random(32);
  NoCheckpoint checkpoint;
  const graph::LanguageModel model =
      graph::model_of(graph::random_corpus(random, 30, 300), 3, graph::kFirstWord + 30);
  CHECK(!graph::best_continuation(model, model.begin(), 40, 3, checkpoint));
  const graph::ScaledProbability tiny = [] {
    graph::ScaledProbability p;
    for (int i = 0; i < 10000; ++i) p = p.times(1e-3);
    return p;
  }();
  CHECK(tiny.natural_log() == Approx(-10000 * std::log(1e3)).epsilon(1e-12));
  CHECK(tiny.times(0.5) < tiny);
  CHECK(tiny.times(0) < tiny);
  CHECK(!(tiny < tiny.times(0)));
}

TEST_CASE("draws follow their probabilities and repeat with their seed") {
  const std::vector<graph::Prediction> words{{3, 0.5}, {4, 0.3}, {5, 0.15}, {6, 0.05}};
  graph::SamplingOptions options;
  options.seed = 7;
  const auto shares = [&](const graph::SamplingOptions& o) {
    std::vector<double> hits(4);
    for (int i = 0; i < 100000; ++i) hits[graph::draw(words, o, i)] += 1e-5;
    return hits;
  };
  const auto plain = shares(options);
  for (int i = 0; i < 4; ++i) CHECK(plain[i] == Approx(words[i].probability).margin(0.01));
  CHECK(shares(options) == plain);
  options.top_p = 0.7;  // 0.5 is not enough, 0.5 + 0.3 is
  CHECK(shares(options)[0] == Approx(0.625).margin(0.01));
  CHECK(shares(options)[2] == 0);
  options.top_p = 1;
  options.temperature = 0.5;  // squares: 0.25, 0.09, 0.0225, 0.0025 of 0.365
  CHECK(shares(options)[0] == Approx(0.25 / 0.365).margin(0.01));
  options.temperature = 0;
  CHECK(shares(options)[0] == Approx(1));
}

TEST_CASE("options out of their range are refused") {
  const auto refused = [](auto change) {
    graph::SamplingOptions options;
    change(options);
    return !graph::check(options).is_ok();
  };
  CHECK(!refused([](auto&) {}));
  CHECK(refused([](auto& o) { o.top_k = 0; }));
  CHECK(refused([](auto& o) { o.top_p = 0; }));
  CHECK(refused([](auto& o) { o.top_p = 1.5; }));
  CHECK(refused([](auto& o) { o.temperature = -1; }));
  CHECK(refused([](auto& o) { o.temperature = std::nan(""); }));
}

TEST_CASE("generated text ends, repeats with its seed, and has no unknown words") {
  std::mt19937 random(33);
  NoCheckpoint checkpoint;
  const graph::LanguageModel model =
      graph::model_of(graph::random_corpus(random, 30, 300), 3, graph::kFirstWord + 31);
  graph::SamplingOptions options;
  bool differs = false;
  std::vector<Symbol> last;
  for (options.seed = 0; options.seed < 50; ++options.seed) {
    graph::ModelSource a(model, model.begin()), b(model, model.begin());
    const auto text = graph::generate(a, 20, options, checkpoint);
    REQUIRE(text == graph::generate(b, 20, options, checkpoint));
    REQUIRE(text.size() <= 20);
    for (const Symbol w : text) REQUIRE(w >= graph::kFirstWord);
    differs |= text != last;
    last = text;
  }
  CHECK(differs);
}
