// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// PageRank beside the solution of its linear equations by elimination.
#include "random_graphs.hpp"

#include <cmath>

#include "core/network/rank.hpp"

using namespace hartonomous;
using namespace hartonomous::core::network;
using test::BuiltGraph;

namespace {

double weight(const Arc& arc, ArcWeight kind) {
  if (kind == ArcWeight::kEqual) return 1;
  return kind == ArcWeight::kCost ? arc.cost : std::exp(-arc.cost);
}

// x = (1 - d) start + d M x, where columns of M that are empty are `start`.
std::vector<double> solve(const Graph& graph, const std::vector<double>& start,
                          const WalkOptions& options) {
  const std::size_t n = graph.nodes();
  std::vector<std::vector<double>> rows(n, std::vector<double>(n + 1));
  for (Node from = 0; from < n; ++from) {
    double sum = 0;
    for (const Arc& arc : graph.out.of(from)) sum += weight(arc, options.weight);
    for (const Arc& arc : graph.out.of(from)) {
      if (sum > 0) rows[arc.node][from] -= options.damping * weight(arc, options.weight) / sum;
    }
    for (std::size_t to = 0; to < n && sum == 0; ++to)
      rows[to][from] -= options.damping * start[to];
  }
  for (std::size_t i = 0; i < n; ++i) {
    rows[i][i] += 1;
    rows[i][n] = (1 - options.damping) * start[i];
  }
  for (std::size_t i = 0; i < n; ++i) {  // diagonally dominant by columns: no pivoting needed
    for (std::size_t r = 0; r < n; ++r) {
      if (r == i || rows[r][i] == 0) continue;
      const double factor = rows[r][i] / rows[i][i];
      for (std::size_t c = i; c <= n; ++c) rows[r][c] -= factor * rows[i][c];
    }
  }
  std::vector<double> solution;
  for (std::size_t i = 0; i < n; ++i) solution.push_back(rows[i][n] / rows[i][i]);
  return solution;
}

}  // namespace

TEST_CASE("page rank solves its equations", "[network]") {
  std::mt19937 random(9);
  core::NoCheckpoint checkpoint;
  for (const ArcWeight kind : {ArcWeight::kEqual, ArcWeight::kCost, ArcWeight::kLikelihood}) {
    for (int round = 0; round < 10; ++round) {
      const BuiltGraph built(test::random_edges(random, 30, 60));
      const Node nodes = built.graph.nodes();
      const WalkOptions options{0.85, kind};
      const auto expected = solve(built.graph, std::vector<double>(nodes, 1.0 / nodes), options);
      const PageRank rank = page_rank(built.graph, options, 1e-13, 1000, checkpoint);
      REQUIRE(rank.converged);
      for (Node node = 0; node < nodes; ++node) {
        CHECK(rank.scores[node] == Approx(expected[node]).margin(1e-12));
      }
    }
  }
}

TEST_CASE("personalised page rank comes as near as it promises", "[network]") {
  std::mt19937 random(10);
  core::NoCheckpoint checkpoint;
  for (int round = 0; round < 20; ++round) {
    const BuiltGraph built(test::random_edges(random, 30, 60));
    const Graph& graph = built.graph;
    const std::vector<Node> seeds{0, 3, 3};
    std::vector<double> start(graph.nodes());
    for (const Node seed : seeds) start[seed] += 1.0 / 3;
    const auto expected = solve(graph, start, {});
    for (const double epsilon : {1e-3, 1e-9}) {
      const auto scores = personalized_page_rank(graph, seeds, {}, epsilon, {}, checkpoint);
      REQUIRE(scores.is_ok());
      std::vector<double> found(graph.nodes());
      for (const Score& score : scores.value()) found[score.node] = score.score;
      double missing = 0;
      for (Node node = 0; node < graph.nodes(); ++node) {
        CHECK(found[node] <= expected[node] + 1e-12);
        missing += expected[node] - found[node];
      }
      CHECK(missing <= epsilon * static_cast<double>(graph.out.arcs.size() + graph.nodes()));
    }
  }
}

TEST_CASE("a walk in an empty graph, and one that needs too long", "[network]") {
  core::NoCheckpoint checkpoint;
  CHECK(page_rank(BuiltGraph({}).graph, {}, 1e-9, 10, checkpoint).scores.empty());
  std::mt19937 random(11);
  const BuiltGraph built(test::random_edges(random, 30, 60));
  CHECK_FALSE(page_rank(built.graph, {}, 1e-300, 3, checkpoint).converged);
  const std::vector<Node> seeds{0};
  CHECK(personalized_page_rank(built.graph, seeds, {}, 1e-9, {2}, checkpoint).status().code() ==
        core::Code::kLimitExceeded);
}
