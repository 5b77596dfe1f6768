// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A piece of the DAG turned round: which atoms stand in which, and where. What a text index keeps.
#pragma once

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/text/atom_graph.hpp"
#include "core/text/word_list.hpp"

namespace hartonomous::core::text {

struct Inversion {
  struct Entry {
    NodeIndex child;
    std::string postings;  // see posting_list.hpp
  };
  std::vector<Entry> entries;          // in ascending order of the child's id
  std::vector<WordChunk> words;        // the new compositions of characters alone
  std::vector<std::uint64_t> lengths;  // of each node's text in bytes
};

// References from the nodes that are new, `ids` being the atoms' numbers by node. Compositions of
// characters alone are spelled instead, and characters that is_referenced() leaves out are left
// out. A word chunk ends after `chunk_bytes`. kCorrupt for cycles, kLimitExceeded for texts of 2^63
// bytes. O(children log children).
Result<Inversion> invert(const DagView& dag, std::span<const std::int64_t> ids,
                         const std::vector<bool>& is_new, std::size_t chunk_bytes,
                         Checkpoint& checkpoint);

}  // namespace hartonomous::core::text
