// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/network/components.hpp"

#include <algorithm>

namespace hartonomous::core::network {
namespace {

class Tarjan {
 public:
  explicit Tarjan(const Graph& graph)
      : graph_(graph),
        index_(graph.nodes(), 0),
        low_(graph.nodes()),
        least_(graph.nodes(), kNoNode) {}

  std::vector<Node> run(Checkpoint& checkpoint) {
    for (Node root = 0; root < graph_.nodes(); ++root) {
      if (root % 65536 == 0) checkpoint.reached(0);
      if (index_[root] != 0) continue;
      enter(root);
      while (!walk_.empty()) {
        step();
        if (++steps_ % 65536 == 0) checkpoint.reached(0);
      }
    }
    return std::move(least_);
  }

 private:
  struct Visit {
    Node node;
    std::uint32_t next;  // arc to be followed
  };

  void enter(Node node) {
    index_[node] = low_[node] = ++count_;
    open_.push_back(node);
    walk_.push_back({node, graph_.out.begin[node]});
  }

  void step() {
    auto& [node, next] = walk_.back();
    if (next < graph_.out.begin[node + 1]) {
      const Node to = graph_.out.arcs[next++].node;
      if (index_[to] == 0) {
        enter(to);
      } else if (least_[to] == kNoNode) {
        low_[node] = std::min(low_[node], index_[to]);
      }
      return;
    }
    const Node done = node;
    walk_.pop_back();
    if (!walk_.empty()) low_[walk_.back().node] = std::min(low_[walk_.back().node], low_[done]);
    if (low_[done] == index_[done]) close(done);
  }

  void close(Node root) {
    const auto begin = std::find(open_.rbegin(), open_.rend(), root).base() - 1;
    const Node least = *std::min_element(begin, open_.end());
    for (auto at = begin; at != open_.end(); ++at) least_[*at] = least;
    open_.erase(begin, open_.end());
  }

  const Graph& graph_;
  std::vector<std::uint32_t> index_;  // order of entry from 1; 0: not entered
  std::vector<std::uint32_t> low_;
  std::vector<Node> least_;
  std::vector<Node> open_;
  std::vector<Visit> walk_;
  std::uint32_t count_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace

std::vector<Node> strong_components(const Graph& graph, Checkpoint& checkpoint) {
  return Tarjan(graph).run(checkpoint);
}

std::vector<Node> weak_components(const Graph& graph, Checkpoint& checkpoint) {
  std::vector<Node> root(graph.nodes());
  for (Node node = 0; node < graph.nodes(); ++node) root[node] = node;
  const auto root_of = [&](Node node) {
    while (root[node] != node) node = root[node] = root[root[node]];
    return node;
  };
  for (Node node = 0; node < graph.nodes(); ++node) {
    if (node % 65536 == 0) checkpoint.reached(0);
    for (const Arc& arc : graph.out.of(node)) {
      const Node a = root_of(node), b = root_of(arc.node);
      root[std::max(a, b)] = std::min(a, b);
    }
  }
  for (Node node = 0; node < graph.nodes(); ++node) root[node] = root_of(node);
  return root;
}

}  // namespace hartonomous::core::network
