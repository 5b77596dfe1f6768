// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which nodes hang together.
#pragma once

#include "core/network/graph.hpp"

namespace hartonomous::core::network {

// For each node the least node of its strongly connected component: that of all nodes it can reach
// and be reached from (Tarjan 1972, without recursion). O(nodes + arcs), 16 bytes a node.
std::vector<Node> strong_components(const Graph& graph, Checkpoint& checkpoint);

// For each node the least node that is connected with it if directions are ignored.
std::vector<Node> weak_components(const Graph& graph, Checkpoint& checkpoint);

}  // namespace hartonomous::core::network
