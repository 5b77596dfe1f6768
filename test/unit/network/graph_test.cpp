// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "random_graphs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace hartonomous;
using core::network::Direction;
using core::network::Edge;
using core::network::Graph;
using test::BuiltGraph;

TEST_CASE("a graph holds its edges from both ends", "[network]") {
  const BuiltGraph built({{1, 10, 20, 1.5}, {2, 10, 30, 2}, {3, 30, 20, 0}, {4, 20, 20, 7}});
  const Graph& graph = built.graph;
  REQUIRE(graph.nodes() == 3);
  CHECK(graph.node_ids[graph.find(30)] == 30);
  CHECK(graph.find(15) == core::network::kNoNode);
  CHECK(graph.find(99) == core::network::kNoNode);
  const auto out = graph.out.of(graph.find(10));
  REQUIRE(out.size() == 2);
  CHECK(graph.edge_ids[out[0].edge] == 1);
  CHECK(graph.node_ids[out[1].node] == 30);
  CHECK(graph.in.of(graph.find(20)).size() == 3);
  CHECK(graph.out.of(graph.find(20)).size() == 1);
}

TEST_CASE("an undirected graph can be walked both ways, loops once", "[network]") {
  const BuiltGraph built({{1, 1, 2, 1}, {2, 2, 2, 1}}, Direction::kUndirected);
  const Graph& graph = built.graph;
  CHECK(graph.edges() == 2);
  CHECK(graph.out.of(graph.find(1)).size() == 1);
  CHECK(graph.out.of(graph.find(2)).size() == 2);
  CHECK(graph.in.of(graph.find(1)).size() == 1);
}

TEST_CASE("the order of the edges does not change a graph's bytes", "[network]") {
  std::mt19937 random(1);
  for (const Direction direction : {Direction::kDirected, Direction::kUndirected}) {
    auto edges = test::random_edges(random, 40, 300);
    const auto image = BuiltGraph(edges, direction).image;
    for (int i = 0; i < 5; ++i) {
      std::shuffle(edges.begin(), edges.end(), random);
      CHECK(BuiltGraph(edges, direction).image == image);
    }
  }
}

TEST_CASE("ids may be anything", "[network]") {
  constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kHigh = std::numeric_limits<std::int64_t>::max();
  const BuiltGraph built({{1, kLow, kHigh, 1}, {2, kHigh, 0, 1}});
  CHECK(built.graph.nodes() == 3);
  CHECK(built.graph.find(kHigh) == 2);
  CHECK(BuiltGraph({}).graph.nodes() == 0);
}

TEST_CASE("costs that are no lengths are refused", "[network]") {
  core::NoCheckpoint checkpoint;
  for (const double cost : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    const std::vector<Edge> edges{{42, 1, 2, cost}};
    const auto built = core::network::build_graph(edges, Direction::kDirected, checkpoint);
    REQUIRE_FALSE(built.is_ok());
    CHECK(built.status().code() == core::Code::kInvalidArgument);
    CHECK(built.status().message().find("42") != std::string::npos);
  }
}

TEST_CASE("damaged bytes are no graph, or one that can be walked", "[network]") {
  std::mt19937 random(2);
  const auto image = BuiltGraph(test::random_edges(random, 10, 30)).image;
  for (std::size_t length = 0; length < image.size(); ++length) {
    const std::vector<std::byte> part(image.begin(),
                                      image.begin() + static_cast<std::ptrdiff_t>(length));
    REQUIRE_FALSE(core::network::open_graph(part).is_ok());
  }
  for (std::size_t at = 0; at < image.size(); ++at) {
    auto damaged = image;
    damaged[at] ^= std::byte{0x81};
    const auto opened = core::network::open_graph(damaged);
    if (!opened.is_ok()) continue;
    const Graph& graph = opened.value();
    std::size_t arcs = 0;
    for (core::network::Node node = 0; node < graph.nodes(); ++node) {
      for (const auto& arc : graph.out.of(node)) arcs += arc.node < graph.nodes();
    }
    CHECK(arcs == graph.out.arcs.size());
  }
}
