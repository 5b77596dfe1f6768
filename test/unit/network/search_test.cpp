// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Shortest paths beside Boost.Graph's and beside all paths of small graphs.
#include "random_graphs.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <limits>

#include "core/network/k_shortest.hpp"
#include "core/network/landmarks.hpp"

using namespace hartonomous;
using namespace hartonomous::core::network;
using test::BuiltGraph;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> boost_distances(const Graph& graph, Node source) {
  using Network =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                            boost::property<boost::edge_weight_t, double>>;
  Network network(graph.nodes());
  for (Node node = 0; node < graph.nodes(); ++node) {
    for (const Arc& arc : graph.out.of(node)) boost::add_edge(node, arc.node, arc.cost, network);
  }
  std::vector<double> distances(graph.nodes());
  boost::dijkstra_shortest_paths(network, source,
                                 boost::distance_map(distances.data()).distance_inf(kInfinity));
  return distances;
}

Found find(const Graph& graph, Node source, Node target, const Bound& bound) {
  core::NoCheckpoint checkpoint;
  SearchSpace space;
  auto found = search(
      graph.out, graph.nodes(), source, [&](Node node) { return node == target; }, bound, {}, space,
      checkpoint);
  REQUIRE(found.is_ok());
  return found.value();
}

// Follows the edges it names and costs what it says.
void check_path(const Graph& graph, const Path& path) {
  REQUIRE(path.nodes.size() == path.edges.size() + 1);
  double cost = 0;
  for (std::size_t i = 0; i < path.edges.size(); ++i) {
    const auto arcs = graph.out.of(path.nodes[i]);
    const auto arc = std::find_if(arcs.begin(), arcs.end(), [&](const Arc& a) {
      return a.edge == path.edges[i] && a.node == path.nodes[i + 1];
    });
    REQUIRE(arc != arcs.end());
    cost += arc->cost;
  }
  CHECK(cost == path.cost);
}

void all_paths(const Graph& graph, Path& path, Node target, std::vector<Path>& found) {
  if (path.nodes.back() == target) {
    found.push_back(path);
    return;
  }
  for (const Arc& arc : graph.out.of(path.nodes.back())) {
    if (std::find(path.nodes.begin(), path.nodes.end(), arc.node) != path.nodes.end()) continue;
    path.nodes.push_back(arc.node);
    path.edges.push_back(arc.edge);
    path.cost += arc.cost;
    all_paths(graph, path, target, found);
    path.cost -= arc.cost;
    path.nodes.pop_back();
    path.edges.pop_back();
  }
}

}  // namespace

TEST_CASE("every search finds paths as short as Boost's", "[network]") {
  std::mt19937 random(3);
  core::NoCheckpoint checkpoint;
  SearchSpaces spaces;
  for (int round = 0; round < 60; ++round) {
    const auto direction = round % 2 ? Direction::kUndirected : Direction::kDirected;
    const BuiltGraph built(test::random_edges(random, 60, round % 3 ? 150 : 60), direction);
    const Graph& graph = built.graph;
    const auto image = build_landmarks(graph, 5, checkpoint);
    const auto marks = open_landmarks(image, graph.nodes());
    REQUIRE(marks.is_ok());
    const Node source = random() % graph.nodes();
    const auto distances = boost_distances(graph, source);
    for (Node target = 0; target < graph.nodes(); ++target) {
      const Found plain = find(graph, source, target, [](Node) { return 0.0; });
      const Found marked =
          find(graph, source, target, landmark_bound(marks.value(), source, target));
      const auto both = search_both_ways(graph, source, target, {}, spaces, checkpoint);
      REQUIRE(both.is_ok());
      for (const Found* found : {&plain, &marked, &both.value()}) {
        REQUIRE(found->reached == (distances[target] < kInfinity));
        if (!found->reached) continue;
        CHECK(found->path.cost == distances[target]);
        CHECK(found->path.nodes.front() == source);
        CHECK(found->path.nodes.back() == target);
        check_path(graph, found->path);
      }
    }
  }
}

TEST_CASE("landmarks never bound a distance from above it", "[network]") {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> cost(0, 1);
  core::NoCheckpoint checkpoint;
  auto edges = test::random_edges(random, 80, 320);
  for (Edge& edge : edges) edge.cost = cost(random);
  const BuiltGraph built(edges);
  const auto image = build_landmarks(built.graph, 16, checkpoint);
  const auto marks = open_landmarks(image, built.graph.nodes());
  REQUIRE(marks.is_ok());
  for (Node node = 0; node < built.graph.nodes(); ++node) {
    const auto distances = boost_distances(built.graph, node);
    for (Node target = 0; target < built.graph.nodes(); ++target) {
      CHECK(landmark_bound(marks.value(), node, target)(node) <= distances[target]);
    }
  }
}

TEST_CASE("k shortest paths are the first of all paths", "[network]") {
  std::mt19937 random(5);
  core::NoCheckpoint checkpoint;
  for (int round = 0; round < 200; ++round) {
    const BuiltGraph built(test::random_edges(random, 7, 16));
    const Graph& graph = built.graph;
    const Node source = random() % graph.nodes(), target = random() % graph.nodes();
    std::vector<Path> all;
    Path path{0, {source}, {}};
    all_paths(graph, path, target, all);
    std::sort(all.begin(), all.end(), [](const Path& a, const Path& b) {
      return std::tie(a.cost, a.nodes, a.edges) < std::tie(b.cost, b.nodes, b.edges);
    });
    const std::size_t k = 1 + random() % 12;
    const auto found = k_shortest_paths(graph, source, target, k, {}, checkpoint);
    REQUIRE(found.is_ok());
    REQUIRE(found.value().size() == std::min(k, all.size()));
    for (std::size_t i = 0; i < found.value().size(); ++i) {
      check_path(graph, found.value()[i]);
      CHECK(found.value()[i].cost == all[i].cost);
    }
    auto distinct = found.value();
    const auto same = [](const Path& a, const Path& b) { return a.edges == b.edges; };
    std::sort(distinct.begin(), distinct.end(),
              [](const Path& a, const Path& b) { return a.edges < b.edges; });
    CHECK(std::adjacent_find(distinct.begin(), distinct.end(), same) == distinct.end());
  }
}

TEST_CASE("nodes within a cost, and within hops", "[network]") {
  std::mt19937 random(6);
  core::NoCheckpoint checkpoint;
  SearchSpace space;
  for (int round = 0; round < 30; ++round) {
    const BuiltGraph built(test::random_edges(random, 40, 80));
    const Graph& graph = built.graph;
    const auto distances = boost_distances(graph, 0);
    const auto near = nearest(graph.out, graph.nodes(), 0, 6, SIZE_MAX, {}, space, checkpoint);
    REQUIRE(near.is_ok());
    std::size_t expected = 0;
    for (const double distance : distances) expected += distance <= 6;
    CHECK(near.value().size() == expected);
    for (const Reached& reached : near.value()) CHECK(reached.cost == distances[reached.node]);

    std::vector<double> cheapest(graph.nodes(), kInfinity);  // with the fewest hops
    std::vector<Node> level{0};
    cheapest[0] = 0;
    const auto hops = within_hops(graph.out, graph.nodes(), 0, 3, SIZE_MAX, {}, space, checkpoint);
    REQUIRE(hops.is_ok());
    std::size_t seen = 1;
    for (std::uint32_t hop = 1; hop <= 3; ++hop) {
      std::vector<double> next(graph.nodes(), kInfinity);
      for (const Node node : level) {
        for (const Arc& arc : graph.out.of(node)) {
          if (cheapest[arc.node] < kInfinity) continue;
          next[arc.node] = std::min(next[arc.node], cheapest[node] + arc.cost);
        }
      }
      level.clear();
      for (Node node = 0; node < graph.nodes(); ++node) {
        if (next[node] == kInfinity) continue;
        cheapest[node] = next[node];
        level.push_back(node);
      }
      seen += level.size();
    }
    REQUIRE(hops.value().size() == seen);
    for (const Reached& reached : hops.value()) CHECK(reached.cost == cheapest[reached.node]);
  }
}

TEST_CASE("a search stops at its budget", "[network]") {
  std::mt19937 random(7);
  core::NoCheckpoint checkpoint;
  const BuiltGraph built(test::random_edges(random, 200, 1000));
  const Graph& graph = built.graph;
  SearchSpaces spaces;
  const SearchBudget budget{3};
  const auto never = [](Node) { return false; };
  const auto zero = [](Node) { return 0.0; };
  CHECK(search(graph.out, graph.nodes(), 0, never, zero, budget, spaces.forward, checkpoint)
            .status()
            .code() == core::Code::kLimitExceeded);
  CHECK(k_shortest_paths(graph, 0, 5, 3, budget, checkpoint).status().code() ==
        core::Code::kLimitExceeded);
  CHECK(within_hops(graph.out, graph.nodes(), 0, 9, SIZE_MAX, budget, spaces.forward, checkpoint)
            .status()
            .code() == core::Code::kLimitExceeded);
}
