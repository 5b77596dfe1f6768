// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Bounded fan-out: a sequence of any length becomes one node, cut where its content says so.
#pragma once

#include <vector>

#include "core/text/atom_graph.hpp"

namespace hartonomous::core::text {

// A sequence of at most kMaxFanOut runs stays one composition; a longer one is cut into groups of
// kMinGroup..kMaxFanOut runs (64 on average) and the sequence of groups is treated the same way.
inline constexpr std::size_t kMaxFanOut = 256;
inline constexpr std::size_t kMinGroup = 16;

// The node of `runs`, whose neighbours differ; `runs` is consumed. An empty sequence gives the
// empty composition, a single child of multiplicity 1 itself. O(runs) time and memory.
NodeIndex compose(AtomGraph& graph, std::vector<ChildRun>& runs);

}  // namespace hartonomous::core::text
