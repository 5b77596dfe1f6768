// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What is known of each node below some roots of a DAG once it has been gone over bottom up: an
// order, and how much text it stands for. Basis of the walks over trees and their comparison.
#pragma once

#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/text/atom_graph.hpp"

namespace hartonomous::core::text {

struct TreeIndex {
  std::vector<NodeIndex> children_first;  // the nodes below the roots, each after its children
  std::vector<std::uint64_t> bytes;       // of text in UTF-8, by node; 0 for nodes not below a root
  std::vector<std::uint64_t> characters;  // the same in codepoints

  // kCorrupt if a node contains itself, kLimitExceeded if one stands for more than kMostBytes.
  // O(distinct children), no recursion.
  static constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 40;
  static Result<TreeIndex> build(const DagView& dag, std::span<const NodeIndex> roots,
                                 Checkpoint& checkpoint);
};

// Appends the text of a run. REQUIRES: `index` was built over it. O(bytes).
void append_text(const DagView& dag, const TreeIndex& index, ChildRun run, std::string& out);

// One place of a node in the tree below a root.
struct TreePlace {
  std::span<const std::int32_t> path;  // position of the child, from 1, at each step from the root
  ChildRun run;
  std::uint64_t offset;  // in bytes, of the run's first copy
};

// Calls place(TreePlace) for the root and everything down to `max_depth` steps below it, parents
// first, left to right; a run of equal children is one place, and its text is looked at once.
// REQUIRES: `index` was built over the root. O(places).
template <class F>
void walk_tree(const DagView& dag, const TreeIndex& index, NodeIndex root, std::size_t max_depth,
               F&& place) {
  struct Frame {
    NodeIndex node;
    std::uint32_t next;
    std::uint64_t offset;
  };
  std::vector<std::int32_t> path;
  std::vector<Frame> stack;
  const auto visit = [&](ChildRun run, std::uint64_t offset) {
    place(TreePlace{path, run, offset});
    if (path.size() < max_depth && dag.nodes[run.node].child_count > 0) {
      stack.push_back({run.node, 0, offset});
      path.push_back(0);
    }
  };
  visit({root, 1}, 0);
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const std::span<const ChildRun> children = dag.children(frame.node);
    if (frame.next == children.size()) {
      stack.pop_back();
      path.pop_back();
      continue;
    }
    const ChildRun run = children[frame.next++];
    path.back() = static_cast<std::int32_t>(frame.next);
    const std::uint64_t offset = frame.offset;
    frame.offset += index.bytes[run.node] * run.multiplicity;
    visit(run, offset);  // `frame` may dangle from here on
  }
}

}  // namespace hartonomous::core::text
