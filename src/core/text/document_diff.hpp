// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The difference of two texts through their trees: what is one node in both is equal, however long.
#pragma once

#include <string>

#include "core/text/tree_index.hpp"

namespace hartonomous::core::text {

// Characters [a_offset, a_offset + those of `deleted`) of a become `inserted`, which stands at
// b_offset in b. At least one of the two is not empty.
struct Change {
  std::uint64_t a_offset, b_offset;  // in characters, from 0
  std::string deleted, inserted;
};

// The changes that make the text of `b` of the text of `a`, ascending; always exact, and as few as
// match_sequences finds. REQUIRES: `index` was built over both roots. O(distinct nodes) to mark
// what is shared; the rest grows with what differs alone.
std::vector<Change> diff_trees(const DagView& dag, const TreeIndex& index, NodeIndex a, NodeIndex b,
                               Checkpoint& checkpoint);

}  // namespace hartonomous::core::text
