// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/rating.hpp"

#include <catch2/catch.hpp>
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "core/graph/fixed_log.hpp"

namespace graph = hartonomous::core::graph;
using graph::Evidence;
using graph::Fold;
using graph::kOneCount;

namespace {

Fold fold_of(const std::vector<Evidence>& rows) {
  Fold fold;
  for (const Evidence& row : rows) REQUIRE(graph::add(fold, row).is_ok());
  return fold;
}

Evidence row(double count, double total, double kept) {
  const auto fixed = [](double x) { return static_cast<std::int64_t>(x * kOneCount); };
  return {fixed(count), fixed(total), fixed(kept), graph::kOneWeight};
}

}  // namespace

TEST_CASE("two sources on what follows 'the cat' give the published figures") {
  const Fold sat = fold_of({row(6, 10, 9), row(10, 40, 30)});
  const Fold ran = fold_of({row(3, 10, 9), row(0, 40, 30)});
  const Fold slept = fold_of({row(0, 10, 9), row(20, 40, 30)});
  const double p_sat = graph::edge_probability(sat, 2, 0.01);
  CHECK(p_sat == Approx(0.310192).margin(5e-7));
  CHECK(graph::edge_probability(ran, 2, 0.005) == Approx(0.058942).margin(5e-7));
  CHECK(graph::edge_probability(slept, 2, 0.002) == Approx(0.385115).margin(5e-7));
  CHECK(graph::rating(p_sat) == Approx(1796.652).margin(5e-4));
  CHECK(graph::rating(graph::edge_probability(ran, 2, 0.005)) == Approx(1508.171).margin(5e-4));
  CHECK(graph::rating(graph::edge_probability(slept, 2, 0.002)) == Approx(1834.236).margin(5e-4));
  CHECK(graph::rating_deviation(sat) == Approx(64.885).margin(5e-4));
  CHECK(graph::rating_deviation(Fold{}) == Approx(349).margin(1));
  const std::vector<graph::SourceDistribution> sources{{{0.6, 0.3, 0, 0.1}, 1},
                                                       {{0.25, 0, 0.5, 0.25}, 1}};
  CHECK(graph::divergence(sources) == Approx(0.330986).margin(5e-7));
  const Fold alone = fold_of({row(6, 10, 9)});
  CHECK(graph::edge_probability(alone, 2, 0.01) == Approx(0.5025).margin(1e-9));
}

TEST_CASE("a fold is the same whatever the order of rows and the cut into shards") {
  std::mt19937_64 random(3);
  std::vector<Evidence> rows;
  for (int i = 0; i < 200; ++i) {
    const auto total = static_cast<std::int64_t>(random() % (1ull << 50)) + 1;
    const auto kept = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(total)) + 1;
    rows.push_back({static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(kept + 1)),
                    total, kept, static_cast<std::int32_t>(random() & 0x7fffffff)});
  }
  const Fold whole = fold_of(rows);
  for (int round = 0; round < 100; ++round) {
    std::shuffle(rows.begin(), rows.end(), random);
    std::vector<Fold> shards(1 + random() % 8);
    for (const Evidence& r : rows) {
      REQUIRE(graph::add(shards[random() % shards.size()], r).is_ok());
    }
    Fold sum;
    for (const Fold& shard : shards) sum = combine(shard, sum);
    REQUIRE(sum == whole);
  }
}

TEST_CASE("evidence that contradicts itself is refused and changes nothing") {
  Fold fold;
  for (const Evidence& bad : {Evidence{-1, 2, 2}, Evidence{3, 2, 2}, Evidence{2, 3, 1},
                              Evidence{1, 2, 3}, Evidence{1, 2, 2, -1}}) {
    CHECK(graph::add(fold, bad).code() == hartonomous::core::Code::kOutOfRange);
  }
  CHECK(fold == Fold{});
  CHECK(graph::add(fold, Evidence{}).is_ok());
  CHECK(fold == Fold{});
}

TEST_CASE("integer logarithms agree with the library's") {
  std::mt19937_64 random(5);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t a = (random() >> (random() % 64)) | 1,
                        b = (random() >> (random() % 64)) | 1;
    REQUIRE(static_cast<double>(graph::log2_fixed(a)) ==
            Approx(std::ldexp(std::log2(static_cast<double>(a)), 40)).margin(2.0));
    const long double exact = std::log(static_cast<long double>(a) / static_cast<long double>(b));
    REQUIRE(std::abs(static_cast<long double>(graph::ln_ratio_fixed(a, b)) - exact * 65536) <
            0.51L);
  }
  CHECK(graph::log2_fixed(1) == 0);
  CHECK(graph::log2_fixed(std::uint64_t{1} << 63) == std::int64_t{63} << 40);
  CHECK(graph::ln_ratio_fixed(7, 7) == 0);
}

TEST_CASE("ratings and probabilities turn into one another") {
  for (const double p : {1.0, 0.5, 1e-3, 1e-9, 0.0001234}) {
    CHECK(graph::probability_of_rating(graph::rating(p)) == Approx(p).epsilon(1e-12));
  }
  CHECK(graph::rating(1) == 2000);
  CHECK(graph::rating(0.1) == Approx(1600));
  CHECK(graph::lift(0.2, 0.02) == Approx(400));
}

TEST_CASE("trigamma meets its closed values") {
  const double pi = std::acos(-1.0);
  CHECK(graph::trigamma(1) == Approx(pi * pi / 6).epsilon(1e-12));
  CHECK(graph::trigamma(0.5) == Approx(pi * pi / 2).epsilon(1e-12));
  CHECK(graph::trigamma(4) == Approx(pi * pi / 6 - 1 - 1.0 / 4 - 1.0 / 9).epsilon(1e-12));
}

TEST_CASE("sources that agree within their own noise show no heterogeneity") {
  CHECK(graph::heterogeneity(fold_of({row(5, 10, 10), row(5, 10, 10)})).tau_squared == 0);
  CHECK(graph::heterogeneity(fold_of({row(5, 10, 10)})).i_squared == 0);
  const auto apart = graph::heterogeneity(fold_of({row(900, 1000, 1000), row(1, 1000, 1000)}));
  CHECK(apart.tau_squared > 10);
  CHECK(apart.i_squared > 0.9);
}
