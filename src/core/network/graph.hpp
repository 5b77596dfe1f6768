// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A directed graph with costs, as arrays that lie in one piece of memory without pointers: built
// once, then mapped and searched by any number of readers. Arcs are stored from both ends
// (compressed sparse rows), so that searches run forwards and backwards.
//
// Nodes are numbered in the order of their ids, the arcs of a node by (other node, cost, edge id):
// the same set of edges makes the same bytes, in whatever order it came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::network {

using Node = std::uint32_t;
inline constexpr Node kNoNode = UINT32_MAX;

// As users give it; ids are theirs.
struct Edge {
  std::int64_t id, source, target;
  double cost;  // finite, >= 0
};

// One end of an edge, seen from the other.
struct Arc {
  double cost;
  Node node;           // the other end
  std::uint32_t edge;  // index into edge_ids
};

// The arcs of all nodes in one direction.
struct Arcs {
  std::span<const std::uint32_t> begin;  // nodes + 1
  std::span<const Arc> arcs;

  std::span<const Arc> of(Node node) const noexcept {
    return arcs.subspan(begin[node], begin[node + 1] - begin[node]);
  }
};

struct Graph {
  std::span<const std::int64_t> node_ids;  // ascending
  std::span<const std::int64_t> edge_ids;
  Arcs out, in;

  Node nodes() const noexcept { return static_cast<Node>(node_ids.size()); }
  std::uint32_t edges() const noexcept { return static_cast<std::uint32_t>(edge_ids.size()); }
  // kNoNode if there is none. O(log nodes).
  Node find(std::int64_t id) const noexcept;
};

enum class Direction { kDirected, kUndirected };  // undirected: every edge may be walked both ways

// The bytes of the graph of these edges; 16 (nodes + 1) + 40 edges of them, 72 if undirected. Their
// memory must be 8-byte aligned when opened. kInvalidArgument for a cost that is negative, NaN or
// infinite, naming the edge; kLimitExceeded from 2^31 edges on. O(edges log edges).
Result<std::vector<std::byte>> build_graph(std::span<const Edge> edges, Direction direction,
                                           Checkpoint& checkpoint);

// The graph in bytes that build_graph() made; lives as long as they do. kCorrupt if they are not
// such, whatever they are. O(nodes + edges).
Result<Graph> open_graph(std::span<const std::byte> image);

}  // namespace hartonomous::core::network
