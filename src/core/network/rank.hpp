// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where a random walk is found: PageRank (Brin and Page 1998), and personalised, from chosen nodes,
// by forward push (Andersen, Chung and Lang 2006), whose work does not grow with the graph.
#pragma once

#include "core/network/search.hpp"

namespace hartonomous::core::network {

// How likely a walk takes an arc, before the arcs of a node are made to sum to one.
enum class ArcWeight {
  kEqual,
  kCost,        // the cost itself
  kLikelihood,  // exp(-cost): of costs that are -ln of a probability, the probability
};

struct WalkOptions {
  double damping = 0.85;  // that the walk goes on rather than starts anew, in [0, 1)
  ArcWeight weight = ArcWeight::kEqual;
};

struct PageRank {
  std::vector<double> scores;  // of each node; they sum to 1
  std::uint32_t iterations = 0;
  bool converged = false;
};

// By power iteration until scores change by less than `tolerance` in total, `max_iterations` times
// at most. A walk at a node without arcs starts anew anywhere. O((nodes + arcs) iterations).
// REQUIRES: 0 <= damping < 1.
PageRank page_rank(const Graph& graph, const WalkOptions& options, double tolerance,
                   std::uint32_t max_iterations, Checkpoint& checkpoint);

struct Score {
  Node node;
  double score;
};

// Of walks that start at `seeds` (each equally often, repetitions counting) and start anew there.
// Every score is at most `epsilon` times the node's arcs below its limit, and nodes whose score
// would be 0 by that are left out. Highest first, then by node. O(1 / ((1 - damping) epsilon)).
// REQUIRES: at least one seed, epsilon > 0.
Result<std::vector<Score>> personalized_page_rank(const Graph& graph, std::span<const Node> seeds,
                                                  const WalkOptions& options, double epsilon,
                                                  const SearchBudget& budget,
                                                  Checkpoint& checkpoint);

}  // namespace hartonomous::core::network
