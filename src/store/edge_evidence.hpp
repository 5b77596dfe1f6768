// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The evidence of kind kNextType that counts in a domain, all sources added up: exact sums, so the
// order of the rows does not matter.
#pragma once

#include <vector>

#include "core/base/checkpoint.hpp"
#include "store/edge_sources.hpp"

namespace hartonomous::store {

inline constexpr std::int64_t kWholeEvidence = kEvidenceUnit << 16;  // one, times a weight of 1

struct EvidenceSum {
  std::int64_t context, target;
  __int128 weighted;  // kWholeEvidence is one occurrence
};
// By context, then target; no row twice. REQUIRES: pg::OwnerRights. O(rows of edge_evidence).
std::vector<EvidenceSum> domain_evidence(std::int32_t domain_id, core::Checkpoint& checkpoint);
// The same for what the sources did not name; target is 0.
std::vector<EvidenceSum> domain_tails(std::int32_t domain_id, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
