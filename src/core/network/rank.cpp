// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/network/rank.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <unordered_map>
#include <utility>

namespace hartonomous::core::network {
namespace {

double weight_of(const Arc& arc, ArcWeight weight) {
  switch (weight) {
    case ArcWeight::kEqual:
      return 1;
    case ArcWeight::kCost:
      return arc.cost;
    case ArcWeight::kLikelihood:
      return std::exp(-arc.cost);
  }
  return 0;
}

double weight_out(const Graph& graph, Node node, ArcWeight weight) {
  double sum = 0;
  for (const Arc& arc : graph.out.of(node)) sum += weight_of(arc, weight);
  return sum;
}

// Probability that waits at nodes until it is pushed on.
struct Push {
  struct State {
    double score = 0, waiting = 0;
    bool is_queued = false;
  };
  std::unordered_map<Node, State> states;
  std::deque<Node> queue;

  void add(const Graph& graph, Node node, double amount, double epsilon) {
    State& state = states[node];
    state.waiting += amount;
    const auto arcs = static_cast<double>(std::max<std::size_t>(graph.out.of(node).size(), 1));
    if (state.is_queued || state.waiting <= epsilon * arcs) return;
    state.is_queued = true;
    queue.push_back(node);
  }
};

}  // namespace

PageRank page_rank(const Graph& graph, const WalkOptions& options, double tolerance,
                   std::uint32_t max_iterations, Checkpoint& checkpoint) {
  const Node nodes = graph.nodes();
  PageRank result;
  if (nodes == 0) return {{}, 0, true};
  std::vector<double> out(nodes), share(nodes), next(nodes);
  for (Node node = 0; node < nodes; ++node) out[node] = weight_out(graph, node, options.weight);
  result.scores.assign(nodes, 1.0 / nodes);
  while (result.iterations < max_iterations && !result.converged) {
    double stranded = 0, change = 0;
    for (Node node = 0; node < nodes; ++node) {
      share[node] = out[node] > 0 ? result.scores[node] / out[node] : 0;
      if (out[node] == 0) stranded += result.scores[node];
    }
    const double anew = (1 - options.damping + options.damping * stranded) / nodes;
    for (Node node = 0; node < nodes; ++node) {
      double sum = 0;
      for (const Arc& arc : graph.in.of(node))
        sum += share[arc.node] * weight_of(arc, options.weight);
      next[node] = anew + options.damping * sum;
      change += std::abs(next[node] - result.scores[node]);
      if (node % 65536 == 0) checkpoint.reached(0);
    }
    result.scores.swap(next);
    ++result.iterations;
    result.converged = change < tolerance;
  }
  return result;
}

Result<std::vector<Score>> personalized_page_rank(const Graph& graph, std::span<const Node> seeds,
                                                  const WalkOptions& options, double epsilon,
                                                  const SearchBudget& budget,
                                                  Checkpoint& checkpoint) {
  Push push;
  const double part = 1.0 / static_cast<double>(seeds.size());
  for (const Node seed : seeds) push.add(graph, seed, part, epsilon);
  std::uint64_t expanded = 0;
  while (!push.queue.empty()) {
    const Node node = push.queue.front();
    push.queue.pop_front();
    if (expanded == budget.expansions) return over_budget(budget);
    if (++expanded % 1024 == 0) checkpoint.reached(0);
    Push::State& state = push.states[node];
    const double amount = std::exchange(state.waiting, 0);
    state.is_queued = false;
    state.score += (1 - options.damping) * amount;
    const double onward = options.damping * amount;
    if (const double out = weight_out(graph, node, options.weight); out > 0) {
      for (const Arc& arc : graph.out.of(node)) {
        push.add(graph, arc.node, onward * weight_of(arc, options.weight) / out, epsilon);
      }
    } else {
      for (const Node seed : seeds) push.add(graph, seed, onward * part, epsilon);
    }
  }
  std::vector<Score> scores;
  for (const auto& [node, state] : push.states) {
    if (state.score > 0) scores.push_back({node, state.score});
  }
  std::sort(scores.begin(), scores.end(), [](const Score& a, const Score& b) {
    return a.score > b.score || (a.score == b.score && a.node < b.node);
  });
  return scores;
}

}  // namespace hartonomous::core::network
