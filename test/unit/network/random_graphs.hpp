// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Graphs for the tests of core/network.
#pragma once

#include <catch2/catch.hpp>

#include <random>
#include <vector>

#include "core/network/graph.hpp"

namespace hartonomous::test {

// Costs are small whole numbers, so that ties and zeros are frequent and sums exact.
inline std::vector<core::network::Edge> random_edges(std::mt19937& random, int nodes, int edges,
                                                     int max_cost = 5) {
  std::uniform_int_distribution<int> node(0, nodes - 1), cost(0, max_cost);
  std::vector<core::network::Edge> result;
  for (int i = 0; i < edges; ++i) {
    result.push_back({1000 + i, 7 * node(random) - 30, 7 * node(random) - 30,
                      static_cast<double>(cost(random))});
  }
  return result;
}

// Keeps its bytes.
struct BuiltGraph {
  std::vector<std::byte> image;
  core::network::Graph graph;

  explicit BuiltGraph(const std::vector<core::network::Edge>& edges,
                      core::network::Direction direction = core::network::Direction::kDirected) {
    core::NoCheckpoint checkpoint;
    auto built = core::network::build_graph(edges, direction, checkpoint);
    REQUIRE(built.is_ok());
    image = std::move(built).value();
    auto opened = core::network::open_graph(image);
    REQUIRE(opened.is_ok());
    graph = opened.value();
  }
};

}  // namespace hartonomous::test
