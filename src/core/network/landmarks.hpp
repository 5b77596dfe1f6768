// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Lower bounds of distances from landmarks (ALT: Goldberg and Harrelson 2005): with the distances
// between every node and some chosen ones known, the triangle inequality bounds the distance
// between any two, and A* looks at a few per cent of the nodes that Dijkstra's search does.
//
// Distances are kept in single precision rounded down, with their unit in the last place allowed
// for, so that a bound is never above the distance. They hold for exactly the graph they were made
// of: 8 bytes a node and landmark.
#pragma once

#include "core/network/search.hpp"

namespace hartonomous::core::network {

struct Landmarks {
  std::span<const Node> nodes;      // the landmarks themselves
  std::span<const float> from, to;  // [node][landmark]: from the landmark, to the landmark
};

// At most `count` landmarks, each the node farthest from those before it. One search in each
// direction a landmark. Bytes for open_landmarks(), which must lie 8-byte aligned.
std::vector<std::byte> build_landmarks(const Graph& graph, std::uint32_t count,
                                       Checkpoint& checkpoint);

// kCorrupt for bytes that are no landmarks of a graph of so many nodes.
Result<Landmarks> open_landmarks(std::span<const std::byte> image, Node nodes);

// A bound of the distance to `target`, by those of the landmarks that bound the one from `source`
// best. Lives as long as the landmarks.
Bound landmark_bound(const Landmarks& landmarks, Node source, Node target);

}  // namespace hartonomous::core::network
