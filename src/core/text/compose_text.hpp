// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A stretch of text as one node over its characters: what a word of a document is.
#pragma once

#include <string_view>
#include <vector>

#include "core/text/atom_graph.hpp"

namespace hartonomous::core::text {

// The composition of the runs of characters of `bytes`; a single character is its own node, a long
// stretch is cut as every sequence is. A byte that is not part of a character is a raw byte.
// `scratch` is overwritten. O(bytes).
NodeIndex compose_text(AtomGraph& graph, std::string_view bytes, std::vector<ChildRun>& scratch);

}  // namespace hartonomous::core::text
