// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Components beside Boost.Graph's.
#include "random_graphs.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/strong_components.hpp>
#include <map>

#include "core/network/components.hpp"

using namespace hartonomous;
using namespace hartonomous::core::network;
using test::BuiltGraph;

namespace {

// Boost's arbitrary numbers as the least node of each.
std::vector<Node> least_nodes(const std::vector<int>& numbers) {
  std::map<int, Node> least;
  std::vector<Node> result;
  for (Node node = 0; node < numbers.size(); ++node) {
    result.push_back(least.emplace(numbers[node], node).first->second);
  }
  return result;
}

template <class Selector>
auto boost_graph(const Graph& graph) {
  boost::adjacency_list<boost::vecS, boost::vecS, Selector> network(graph.nodes());
  for (Node node = 0; node < graph.nodes(); ++node) {
    for (const Arc& arc : graph.out.of(node)) boost::add_edge(node, arc.node, network);
  }
  return network;
}

}  // namespace

TEST_CASE("components equal Boost's", "[network]") {
  std::mt19937 random(8);
  core::NoCheckpoint checkpoint;
  for (int round = 0; round < 100; ++round) {
    const BuiltGraph built(test::random_edges(random, 50, 20 + round));
    const Graph& graph = built.graph;
    std::vector<int> numbers(graph.nodes());
    boost::strong_components(boost_graph<boost::directedS>(graph), numbers.data());
    CHECK(strong_components(graph, checkpoint) == least_nodes(numbers));
    boost::connected_components(boost_graph<boost::undirectedS>(graph), numbers.data());
    CHECK(weak_components(graph, checkpoint) == least_nodes(numbers));
  }
}

TEST_CASE("a long chain does not exhaust the stack", "[network]") {
  std::vector<Edge> edges;
  for (int i = 0; i < 300000; ++i) edges.push_back({i, i, i + 1, 1});
  edges.push_back({300000, 300000, 0, 1});
  const BuiltGraph built(edges);
  core::NoCheckpoint checkpoint;
  const auto components = strong_components(built.graph, checkpoint);
  CHECK(std::all_of(components.begin(), components.end(), [](Node least) { return least == 0; }));
}
