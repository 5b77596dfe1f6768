// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Shortest paths in a graph whose costs are not negative: Dijkstra (1959), the same from both ends,
// and A* with lower bounds from landmarks. Which of several equally short paths is found depends on
// the graph alone.
#pragma once

#include <functional>

#include "core/network/graph.hpp"

namespace hartonomous::core::network {

struct Path {
  double cost = 0;
  std::vector<Node> nodes;           // from the source to the target
  std::vector<std::uint32_t> edges;  // one fewer: indexes into Graph::edge_ids
};

struct Found {
  bool reached = false;
  Path path;
  std::uint64_t expanded = 0;  // nodes whose arcs were looked at
};

// What a search may cost. Above it, kLimitExceeded with a hint.
struct SearchBudget {
  std::uint64_t expansions = UINT64_MAX;
};

// Distances and predecessors of one search; memory for every node, cleared in O(1), so that it is
// worth keeping between searches. 20 bytes a node.
class SearchSpace {
 public:
  // Nothing reached, in a graph of that many nodes.
  void reset(Node nodes);

  bool is_reached(Node node) const noexcept { return round_[node] == current_; }
  double distance(Node node) const noexcept;                       // infinity if not reached
  Node parent(Node node) const noexcept { return parent_[node]; }  // kNoNode of where it began
  std::uint32_t edge(Node node) const noexcept { return edge_[node]; }
  // True if that is shorter than what was known.
  bool improve(Node node, double distance, Node parent, std::uint32_t edge) noexcept;

 private:
  std::vector<double> distance_;
  std::vector<Node> parent_;
  std::vector<std::uint32_t> edge_, round_;
  std::uint32_t current_ = 0;
};

// A lower bound of the distance from a node to where the search goes; infinity where that cannot
// be reached.
using Bound = std::function<double(Node)>;

// From `source` to the first node for which is_goal, by distance plus bound; with the bound 0 this
// is Dijkstra's. The bound must be one, but need not be consistent: a node is looked at again when
// a shorter way to it is found. O((nodes + arcs) log arcs) for a consistent bound.
Result<Found> search(const Arcs& arcs, Node nodes, Node source,
                     const std::function<bool(Node)>& is_goal, const Bound& bound,
                     const SearchBudget& budget, SearchSpace& space, Checkpoint& checkpoint);

// The two spaces that a search from both ends needs.
struct SearchSpaces {
  SearchSpace forward, backward;
};

// Between two nodes, from both ends at once.
Result<Found> search_both_ways(const Graph& graph, Node source, Node target,
                               const SearchBudget& budget, SearchSpaces& spaces,
                               Checkpoint& checkpoint);

// A node within reach.
struct Reached {
  Node node;
  std::uint32_t hops;  // of the shortest path by cost, or the fewest hops
  double cost;
};

// The nodes at most `max_cost` away, nearest first, `limit` at most; the source is the first.
Result<std::vector<Reached>> nearest(const Arcs& arcs, Node nodes, Node source, double max_cost,
                                     std::size_t limit, const SearchBudget& budget,
                                     SearchSpace& space, Checkpoint& checkpoint);

// The nodes that `max_hops` arcs or fewer lead to, breadth first; cost is of that way, the cheapest
// among those with the fewest hops.
Result<std::vector<Reached>> within_hops(const Arcs& arcs, Node nodes, Node source,
                                         std::uint32_t max_hops, std::size_t limit,
                                         const SearchBudget& budget, SearchSpace& space,
                                         Checkpoint& checkpoint);

// The way to a node that `space` reached from a source.
Path path_to(const SearchSpace& space, Node node);

// kLimitExceeded, saying how many nodes were looked at.
Status over_budget(const SearchBudget& budget);

}  // namespace hartonomous::core::network
