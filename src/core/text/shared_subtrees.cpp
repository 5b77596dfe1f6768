// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/shared_subtrees.hpp"

#include <algorithm>

namespace hartonomous::core::text {

namespace {

// Visits the nodes below `root`, each once, and below a node only if descend(node).
template <class F>
void visit_once(const DagView& dag, NodeIndex root, F&& descend) {
  std::vector<bool> seen(dag.nodes.size());
  std::vector<NodeIndex> open{root};
  seen[root] = true;
  while (!open.empty()) {
    const NodeIndex node = open.back();
    open.pop_back();
    if (!descend(node)) continue;
    for (const ChildRun& run : dag.children(node)) {
      if (seen[run.node]) continue;
      seen[run.node] = true;
      open.push_back(run.node);
    }
  }
}

// How often each node stands in the tree of `root`.
std::vector<std::uint64_t> occurrences(const DagView& dag, const TreeIndex& index, NodeIndex root) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  std::vector<std::uint64_t> count(dag.nodes.size());
  count[root] = 1;
  for (std::size_t i = index.children_first.size(); i-- > 0;) {  // parents first
    const NodeIndex node = index.children_first[i];
    if (count[node] == 0) continue;
    for (const ChildRun& run : dag.children(node)) {
      std::uint64_t& to = count[run.node];
      std::uint64_t more;
      const bool is_over = __builtin_mul_overflow(count[node], run.multiplicity, &more) ||
                           __builtin_add_overflow(to, more, &to);
      if (is_over || to > kMost) to = kMost;
    }
  }
  return count;
}

}  // namespace

std::vector<bool> nodes_below(const DagView& dag, NodeIndex root) {
  std::vector<bool> below(dag.nodes.size());
  visit_once(dag, root, [&](NodeIndex node) {
    below[node] = true;
    return true;
  });
  return below;
}

std::vector<SharedSubtree> shared_subtrees(const DagView& dag, const TreeIndex& index, NodeIndex a,
                                           NodeIndex b, std::uint64_t min_bytes) {
  const std::vector<bool> in_a = nodes_below(dag, a), in_b = nodes_below(dag, b);
  std::vector<bool> is_largest(dag.nodes.size());
  const auto stop_at_shared = [&](NodeIndex node) {
    if (index.bytes[node] < min_bytes) return false;  // nor is anything below it long enough
    if (!in_a[node] || !in_b[node]) return true;
    is_largest[node] = true;
    return false;
  };
  visit_once(dag, a, stop_at_shared);
  visit_once(dag, b, stop_at_shared);

  const std::vector<std::uint64_t> count_a = occurrences(dag, index, a);
  const std::vector<std::uint64_t> count_b = occurrences(dag, index, b);
  std::vector<SharedSubtree> shared;
  for (NodeIndex node = 0; node < dag.nodes.size(); ++node) {
    if (is_largest[node]) shared.push_back({node, count_a[node], count_b[node]});
  }
  std::ranges::stable_sort(shared, std::ranges::greater{},
                           [&](const SharedSubtree& s) { return index.bytes[s.node]; });
  return shared;
}

}  // namespace hartonomous::core::text
