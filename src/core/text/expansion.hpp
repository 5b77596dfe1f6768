// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Merkle DAG -> text: the concatenation of a node's leaves. Each distinct node is walked once;
// where it occurs again its text is copied from where it was first written.
//
// Shapes may come from storage, so all functions refuse cycles (kCorrupt). Time O(distinct
// children + bytes), memory 24 bytes a node, no recursion. Checkpoints as the rules of
// core::Checkpoint say.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/text/atom_graph.hpp"

namespace hartonomous::core::text {

// Length in bytes of the text of `root`; kLimitExceeded if it is over `limit`.
Result<std::uint64_t> expanded_length(const DagView& dag, NodeIndex root, std::uint64_t limit,
                                      Checkpoint& checkpoint);

// Writes the text of `root` into `out`; kCorrupt unless it fills `out` exactly, kLimitExceeded if
// `out` is larger than kMaxExpansion.
inline constexpr std::uint64_t kMaxExpansion = 0x7fffffff;
Status expand(const DagView& dag, NodeIndex root, std::span<char> out, Checkpoint& checkpoint);

// Writes the texts of several roots one after the other; kCorrupt unless text i ends at ends[i].
// REQUIRES: as many ends as roots, ascending, the last one out.size(). What the texts share is
// walked once.
Status expand_each(const DagView& dag, std::span<const NodeIndex> roots,
                   std::span<const std::uint64_t> ends, std::span<char> out,
                   Checkpoint& checkpoint);

}  // namespace hartonomous::core::text
