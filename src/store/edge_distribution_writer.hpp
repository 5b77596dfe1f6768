// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A domain's distributions: computed from the evidence of its sources and written to
// hartonomous.edge_distribution in place of those before.
#pragma once

#include "store/edge_counts.hpp"

namespace hartonomous::store {

// Makes the distributions of a domain anew: interpolated Kneser-Ney over the merged counts. The
// same evidence gives the same rows, whatever order it came in. A domain without evidence keeps
// only its entry. REQUIRES: pg::OwnerRights, the domain locked. O(rows of edge_evidence).
void refresh_domain(std::int32_t domain_id, core::Checkpoint& checkpoint);

// The same, when `counts` are known to be all there is.
void write_distributions(std::int32_t domain_id, const core::graph::NgramCounts& counts,
                         const CountIds& ids, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
