// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The k shortest paths without repeated nodes (Yen 1971, with Lawler's 1972 rule that a path is
// varied only behind the place where it left its parent). One search back from the target gives
// the exact distance from every node, a bound for all the searches that follow.
#pragma once

#include "core/network/search.hpp"

namespace hartonomous::core::network {

// At most k paths, the cheapest first, of equal cost by their nodes, then their edges. Two paths
// may share all nodes if they take different edges. The budget is for all searches together.
Result<std::vector<Path>> k_shortest_paths(const Graph& graph, Node source, Node target,
                                           std::size_t k, const SearchBudget& budget,
                                           Checkpoint& checkpoint);

}  // namespace hartonomous::core::network
