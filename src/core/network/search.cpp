// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/network/search.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/network/frontier.hpp"

namespace hartonomous::core::network {
namespace {

constexpr std::uint64_t kPause = 1024;  // nodes between two looks at the checkpoint
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Arcs of this node to whatever is nearer through it.
template <class Push>
void expand(const Arcs& arcs, Node node, SearchSpace& space, const Push& push) {
  const double distance = space.distance(node);
  for (const Arc& arc : arcs.of(node)) {
    if (space.improve(arc.node, distance + arc.cost, node, arc.edge)) push(arc.node);
  }
}

// One end of a search from both.
struct Side {
  const Arcs& arcs;
  SearchSpace& space;
  Frontier frontier;

  void begin(Node at, Node nodes) {
    space.reset(nodes);
    space.improve(at, 0, kNoNode, 0);
    frontier.push(0, 0, at);
  }
};

// Both halves as one path from the source to the target.
Path joined(const SearchSpace& forward, const SearchSpace& backward, Node middle) {
  Path path = path_to(forward, middle);
  path.cost = forward.distance(middle) + backward.distance(middle);
  for (Node at = middle; backward.parent(at) != kNoNode; at = backward.parent(at)) {
    path.nodes.push_back(backward.parent(at));
    path.edges.push_back(backward.edge(at));
  }
  return path;
}

}  // namespace

void SearchSpace::reset(Node nodes) {
  if (round_.size() != nodes || ++current_ == 0) {
    distance_.resize(nodes);
    parent_.resize(nodes);
    edge_.resize(nodes);
    round_.assign(nodes, 0);
    current_ = 1;
  }
}

double SearchSpace::distance(Node node) const noexcept {
  return is_reached(node) ? distance_[node] : kInfinity;
}

bool SearchSpace::improve(Node node, double distance, Node parent, std::uint32_t edge) noexcept {
  if (is_reached(node) && distance_[node] <= distance) return false;
  round_[node] = current_;
  distance_[node] = distance;
  parent_[node] = parent;
  edge_[node] = edge;
  return true;
}

Path path_to(const SearchSpace& space, Node node) {
  Path path;
  path.cost = space.distance(node);
  for (Node at = node; at != kNoNode; at = space.parent(at)) {
    path.nodes.push_back(at);
    if (space.parent(at) != kNoNode) path.edges.push_back(space.edge(at));
  }
  std::reverse(path.nodes.begin(), path.nodes.end());
  std::reverse(path.edges.begin(), path.edges.end());
  return path;
}

Status over_budget(const SearchBudget& budget) {
  return Status(Code::kLimitExceeded,
                "the search looked at " + std::to_string(budget.expansions) + " nodes")
      .with_hint("Raise hartonomous.max_expanded_nodes, or bound the search by cost or hops.");
}

Result<Found> search(const Arcs& arcs, Node nodes, Node source,
                     const std::function<bool(Node)>& is_goal, const Bound& bound,
                     const SearchBudget& budget, SearchSpace& space, Checkpoint& checkpoint) {
  Found found;
  Frontier frontier;
  space.reset(nodes);
  space.improve(source, 0, kNoNode, 0);
  if (const double left = bound(source); left < kInfinity) frontier.push(left, 0, source);
  while (!frontier.empty()) {
    const auto [key, distance, node] = frontier.pop();
    if (distance > space.distance(node)) continue;
    if (is_goal(node)) {
      found.reached = true;
      found.path = path_to(space, node);
      return found;
    }
    if (found.expanded == budget.expansions) return over_budget(budget);
    if (++found.expanded % kPause == 0) checkpoint.reached(0);
    expand(arcs, node, space, [&](Node next) {
      const double so_far = space.distance(next), left = bound(next);
      if (left < kInfinity) frontier.push(so_far + left, so_far, next);
    });
  }
  return found;
}

Result<Found> search_both_ways(const Graph& graph, Node source, Node target,
                               const SearchBudget& budget, SearchSpaces& spaces,
                               Checkpoint& checkpoint) {
  Found found;
  Side sides[2] = {{graph.out, spaces.forward, {}}, {graph.in, spaces.backward, {}}};
  sides[0].begin(source, graph.nodes());
  sides[1].begin(target, graph.nodes());
  Node middle = source == target ? source : kNoNode;
  double best = source == target ? 0 : kInfinity;
  while (!sides[0].frontier.empty() && !sides[1].frontier.empty()) {
    if (sides[0].frontier.least() + sides[1].frontier.least() >= best) break;
    const int turn = sides[0].frontier.size() <= sides[1].frontier.size() ? 0 : 1;
    Side& side = sides[turn];
    const SearchSpace& other = sides[1 - turn].space;
    const auto [key, distance, node] = side.frontier.pop();
    if (distance > side.space.distance(node)) continue;
    if (found.expanded == budget.expansions) return over_budget(budget);
    if (++found.expanded % kPause == 0) checkpoint.reached(0);
    expand(side.arcs, node, side.space, [&](Node next) {
      const double so_far = side.space.distance(next);
      side.frontier.push(so_far, so_far, next);
      if (so_far + other.distance(next) < best) {
        best = so_far + other.distance(next);
        middle = next;
      }
    });
  }
  if (middle == kNoNode) return found;
  found.reached = true;
  found.path = joined(spaces.forward, spaces.backward, middle);
  return found;
}

Result<std::vector<Reached>> nearest(const Arcs& arcs, Node nodes, Node source, double max_cost,
                                     std::size_t limit, const SearchBudget& budget,
                                     SearchSpace& space, Checkpoint& checkpoint) {
  std::vector<Reached> reached;
  std::vector<std::uint32_t> hops(nodes);
  Frontier frontier;
  space.reset(nodes);
  space.improve(source, 0, kNoNode, 0);
  frontier.push(0, 0, source);
  while (!frontier.empty() && reached.size() < limit) {
    const auto [key, distance, node] = frontier.pop();
    if (distance > max_cost) break;
    if (distance > space.distance(node)) continue;
    if (reached.size() == budget.expansions) return over_budget(budget);
    reached.push_back({node, hops[node], distance});
    if (reached.size() % kPause == 0) checkpoint.reached(0);
    expand(arcs, node, space, [&, steps = hops[node] + 1](Node next) {
      hops[next] = steps;
      frontier.push(space.distance(next), space.distance(next), next);
    });
  }
  return reached;
}

Result<std::vector<Reached>> within_hops(const Arcs& arcs, Node nodes, Node source,
                                         std::uint32_t max_hops, std::size_t limit,
                                         const SearchBudget& budget, SearchSpace& space,
                                         Checkpoint& checkpoint) {
  std::vector<Reached> reached{{source, 0, 0}};
  std::vector<bool> is_earlier(nodes);
  space.reset(nodes);
  space.improve(source, 0, kNoNode, 0);
  std::size_t begin = 0;
  for (std::uint32_t hop = 1; hop <= max_hops && begin < reached.size(); ++hop) {
    const std::size_t end = reached.size();
    for (std::size_t i = begin; i < end; ++i) is_earlier[reached[i].node] = true;
    for (; begin < end; ++begin) {
      if (begin == budget.expansions) return over_budget(budget);
      if (begin % kPause == 0) checkpoint.reached(0);
      const Node node = reached[begin].node;
      for (const Arc& arc : arcs.of(node)) {
        if (is_earlier[arc.node]) continue;
        if (!space.is_reached(arc.node)) reached.push_back({arc.node, hop, 0});
        space.improve(arc.node, space.distance(node) + arc.cost, node, arc.edge);
      }
    }
    const auto level = reached.begin() + static_cast<std::ptrdiff_t>(end);
    for (auto at = level; at != reached.end(); ++at) at->cost = space.distance(at->node);
    std::sort(level, reached.end(), [](const Reached& a, const Reached& b) {
      return std::tie(a.cost, a.node) < std::tie(b.cost, b.node);
    });
    if (reached.size() >= limit) break;
  }
  if (reached.size() > limit) reached.resize(limit);
  return reached;
}

}  // namespace hartonomous::core::network
