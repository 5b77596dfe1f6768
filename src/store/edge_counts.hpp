// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Between the counts of a language model (core/graph/ngram_counts.hpp) and the rows of
// hartonomous.edge_context and edge_evidence: a source's counts in, the merged counts of all
// sources of a domain out. What comes out for one source is what went in.
#pragma once

#include "core/graph/ngram_counts.hpp"
#include "store/edge_sources.hpp"

namespace hartonomous::store {

// Which atoms and contexts the numbers of an NgramCounts are.
struct CountIds {
  std::vector<std::int64_t> words;  // of each symbol; both sentence marks are the empty text's atom
  std::vector<std::uint32_t> rank;  // of each symbol: its place in the order of spellings' bytes
  // Of each context of each level; kNoContext for those that nothing follows.
  std::vector<std::vector<std::int64_t>> contexts;
};
inline constexpr std::int64_t kNoContext = -1;

// Stores the words and contexts of `counts` where they are new.
// REQUIRES: pg::OwnerRights, an active snapshot; `symbols` are those of the counts.
CountIds store_contexts(const core::graph::NgramCounts& counts,
                        const core::graph::SymbolTable& symbols, core::Checkpoint& checkpoint);

// How many rows write_evidence will write.
std::int64_t evidence_rows(const core::graph::NgramCounts& counts);
// Writes the counts as evidence of kind kNextType. REQUIRES: a source that has none yet.
void write_evidence(const core::graph::NgramCounts& counts, const CountIds& ids,
                    std::int32_t source_id, core::Checkpoint& checkpoint);

struct MergedCounts {
  core::graph::NgramCounts counts;
  CountIds ids;
};
// The evidence of kind kNextType of the domain's sources that are not revoked, added up. Words are
// numbered in the order of their spelling's bytes, so the same evidence gives the same counts
// whatever order it came in. Throws Failure kUnsupported if evidence is not in whole numbers, and
// kCorrupt if a context lacks what was counted before it. O(rows of edge_evidence).
MergedCounts load_counts(std::int32_t domain_id, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
