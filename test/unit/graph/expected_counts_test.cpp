// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/expected_counts.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>

namespace graph = hartonomous::core::graph;
using graph::ExpectedCounts;
using graph::Symbol;
using hartonomous::core::NoCheckpoint;

namespace {

constexpr Symbol kSymbols = 12;

struct Place {
  std::vector<Symbol> history;
  std::vector<ExpectedCounts::Continuation> named;
};

std::vector<Place> random_places(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Place> places(count);
  for (Place& place : places) {
    for (unsigned i = random() % 6; i > 0; --i) place.history.push_back(1 + random() % 4);
    double left = 1;
    for (Symbol target = graph::kFirstWord; target < kSymbols; ++target) {
      if (random() % 2 == 0) continue;
      const double share = left * static_cast<double>(random() % 1000) / 2000;
      place.named.push_back({target, share});
      left -= share;
    }
  }
  return places;
}

ExpectedCounts counts_of(std::span<const Place> places, std::uint32_t order, std::int64_t least) {
  NoCheckpoint checkpoint;
  ExpectedCounts counts(order);
  for (const Place& place : places) counts.add(place.history, place.named, checkpoint);
  counts.drop_below(least, checkpoint);
  return counts;
}

std::vector<double> distribution(const ExpectedCounts& counts, std::span<const Symbol> history,
                                 double mu) {
  std::vector<double> out(kSymbols);
  counts.distribution(history, mu, out);
  return out;
}

}  // namespace

TEST_CASE("expected counts of every history sum to one, cut off or not", "[expected_counts]") {
  const auto places = random_places(500, 1);
  for (const std::int64_t least :
       {std::int64_t{0}, ExpectedCounts::kUnit / 100, ExpectedCounts::kUnit}) {
    const ExpectedCounts counts = counts_of(places, 4, least);
    for (const auto& edge : counts.edges()) CHECK(edge.evidence >= least);
    for (const Place& place : places) {
      const auto all = distribution(counts, place.history, 2);
      CHECK(std::accumulate(all.begin(), all.end(), 0.0) == Approx(1).epsilon(1e-12));
      CHECK(*std::ranges::min_element(all) > 0);
    }
  }
}

TEST_CASE("one place is told back as it was, but for the places of mu", "[expected_counts]") {
  const Place place{{5, 6}, {{7, 0.75}, {8, 0.125}}};
  const ExpectedCounts counts = counts_of({&place, 1}, 3, 0);
  REQUIRE(counts.contexts().size() == 3);
  const double mu = 1;
  double expected = 1.0 / kSymbols;
  for (int length = 0; length < 3; ++length) expected = (0.75 + (mu + 0.125) * expected) / (1 + mu);
  CHECK(distribution(counts, place.history, mu)[7] == Approx(expected).epsilon(1e-12));
  const Symbol other[] = {9, 6};  // its first word was not seen there
  double shorter = 1.0 / kSymbols;
  for (int length = 0; length < 2; ++length) shorter = (0.75 + (mu + 0.125) * shorter) / (1 + mu);
  CHECK(distribution(counts, other, mu)[7] == Approx(shorter).epsilon(1e-12));
}

TEST_CASE("the order of the places does not matter, to the bit", "[expected_counts]") {
  auto places = random_places(3000, 2);
  const ExpectedCounts one = counts_of(places, 4, 1000);
  std::ranges::shuffle(places, std::mt19937(3));
  const ExpectedCounts other = counts_of(places, 4, 1000);
  CHECK(one.edges().size() == other.edges().size());
  for (const Place& place : random_places(200, 4)) {
    CHECK(distribution(one, place.history, 2) == distribution(other, place.history, 2));
  }
}

TEST_CASE("a history is followed no farther than an unknown word", "[expected_counts]") {
  const Place place{{5, graph::kUnknown, 6}, {{7, 1.0}}};
  const ExpectedCounts counts = counts_of({&place, 1}, 4, 0);
  CHECK(counts.contexts().size() == 2);
}
