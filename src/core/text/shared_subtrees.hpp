// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What two trees of one DAG have in common.
#pragma once

#include "core/text/tree_index.hpp"

namespace hartonomous::core::text {

// For each node whether it stands anywhere below `root`, or is it. O(distinct children).
std::vector<bool> nodes_below(const DagView& dag, NodeIndex root);

struct SharedSubtree {
  NodeIndex node;
  std::uint64_t occurrences_a, occurrences_b;  // in the whole tree, capped at 2^62
};

// The nodes of at least `min_bytes` of text that stand in both trees, and in at least one of them
// somewhere not inside another such node: the largest first, equal ones by node. REQUIRES: `index`
// was built over both roots. O(distinct children + n log n).
std::vector<SharedSubtree> shared_subtrees(const DagView& dag, const TreeIndex& index, NodeIndex a,
                                           NodeIndex b, std::uint64_t min_bytes);

}  // namespace hartonomous::core::text
