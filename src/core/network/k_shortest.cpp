// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/network/k_shortest.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include "core/network/frontier.hpp"

namespace hartonomous::core::network {
namespace {

struct Candidate {
  Path path;
  std::vector<double> so_far;  // cost up to each node
  std::size_t left_at;         // where it left its parent: its variations start there

  bool operator<(const Candidate& other) const {
    return std::tie(path.cost, path.nodes, path.edges) <
           std::tie(other.path.cost, other.path.nodes, other.path.edges);
  }
};

template <class T>
std::vector<T> first(const std::vector<T>& list, std::size_t count) {
  return {list.begin(), list.begin() + static_cast<std::ptrdiff_t>(count)};
}

class Yen {
 public:
  Yen(const Graph& graph, Node target, const SearchBudget& budget, Checkpoint& checkpoint)
      : graph_(graph),
        target_(target),
        budget_(budget),
        checkpoint_(checkpoint),
        is_closed_(graph.nodes()) {}

  Result<std::vector<Path>> run(Node source, std::size_t k) {
    HARTONOMOUS_TRY(const Found whole,
                    search(
                        graph_.in, graph_.nodes(), target_, [](Node) { return false; },
                        [](Node) { return 0.0; }, budget_, to_target_, checkpoint_));
    expanded_ = whole.expanded;
    HARTONOMOUS_CHECK(vary({{0, {source}, {}}, {0}, 0}, 0));
    while (!candidates_.empty() && paths_.size() < k) {
      const Candidate best = *candidates_.begin();
      candidates_.erase(candidates_.begin());
      paths_.push_back(best.path);
      for (std::size_t at = best.left_at; paths_.size() < k && at + 1 < best.path.nodes.size();
           ++at) {
        HARTONOMOUS_CHECK(vary(best, at));
      }
    }
    return std::move(paths_);
  }

 private:
  // Adds the shortest path that follows `parent` to its node `at` and takes there no edge that a
  // known path with the same beginning takes.
  Status vary(const Candidate& parent, std::size_t at) {
    const std::vector<std::uint32_t> beginning = first(parent.path.edges, at);
    std::vector<std::uint32_t> taken;
    for (const Path& known : paths_) {
      if (known.edges.size() > at && first(known.edges, at) == beginning) {
        taken.push_back(known.edges[at]);
      }
    }
    for (std::size_t i = 0; i < at; ++i) is_closed_[parent.path.nodes[i]] = true;
    const Status status = detour(parent.path.nodes[at], taken);
    for (std::size_t i = 0; i < at; ++i) is_closed_[parent.path.nodes[i]] = false;
    HARTONOMOUS_CHECK(status);
    if (!space_.is_reached(target_)) return Status::ok();

    const Path rest = path_to(space_, target_);
    Candidate found{{0, first(parent.path.nodes, at), beginning}, first(parent.so_far, at), at};
    for (const Node node : rest.nodes) {
      found.path.nodes.push_back(node);
      found.so_far.push_back(parent.so_far[at] + space_.distance(node));
    }
    found.path.edges.insert(found.path.edges.end(), rest.edges.begin(), rest.edges.end());
    found.path.cost = found.so_far.back();
    candidates_.insert(std::move(found));
    return Status::ok();
  }

  // Shortest way from `start` to the target past closed nodes, whose first edge is none of those
  // taken; left in space_.
  Status detour(Node start, const std::vector<std::uint32_t>& taken) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    Frontier frontier;
    space_.reset(graph_.nodes());
    if (start == target_ && !taken.empty()) return Status::ok();
    space_.improve(start, 0, kNoNode, 0);
    if (const double left = to_target_.distance(start); left < kInfinity) {
      frontier.push(left, 0, start);
    }
    while (!frontier.empty()) {
      const auto [key, distance, node] = frontier.pop();
      if (distance > space_.distance(node)) continue;
      if (node == target_) return Status::ok();
      if (expanded_ == budget_.expansions) return over_budget(budget_);
      if (++expanded_ % 1024 == 0) checkpoint_.reached(0);
      for (const Arc& arc : graph_.out.of(node)) {
        const double left = to_target_.distance(arc.node);
        if (is_closed_[arc.node] || left == kInfinity) continue;
        if (node == start && std::find(taken.begin(), taken.end(), arc.edge) != taken.end())
          continue;
        if (space_.improve(arc.node, distance + arc.cost, node, arc.edge)) {
          frontier.push(distance + arc.cost + left, distance + arc.cost, arc.node);
        }
      }
    }
    return Status::ok();
  }

  const Graph& graph_;
  Node target_;
  SearchBudget budget_;
  Checkpoint& checkpoint_;
  SearchSpace to_target_, space_;
  std::vector<bool> is_closed_;
  std::vector<Path> paths_;
  std::set<Candidate> candidates_;
  std::uint64_t expanded_ = 0;
};

}  // namespace

Result<std::vector<Path>> k_shortest_paths(const Graph& graph, Node source, Node target,
                                           std::size_t k, const SearchBudget& budget,
                                           Checkpoint& checkpoint) {
  return Yen(graph, target, budget, checkpoint).run(source, k);
}

}  // namespace hartonomous::core::network
