// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_evidence.hpp"

#include <unordered_map>

#include "core/base/interruptible_sort.hpp"
#include "pg/table_scan.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kRowsPerPoll = 4096;

// Where a table keeps what is summed; -1: it has no target.
struct Columns {
  int context, target, evidence, source, edge_type;
};

std::vector<EvidenceSum> summed(const char* table, const Columns& columns, std::int32_t domain_id,
                                core::Checkpoint& checkpoint) {
  std::unordered_map<std::int32_t, std::int32_t> weights;
  for (const CountingSource& s : counting_sources(domain_id)) {
    weights.emplace(s.source_id, s.weight);
  }
  std::vector<EvidenceSum> sums;
  pg::TableScan scan(table);
  for (std::size_t i = 0; const Datum* row = scan.next(); ++i) {
    if (i % kRowsPerPoll == 0) checkpoint.reached(0);
    const auto weight = weights.find(DatumGetInt32(row[columns.source]));
    if (weight == weights.end() || DatumGetInt16(row[columns.edge_type]) != kNextType) continue;
    sums.push_back({DatumGetInt64(row[columns.context]),
                    columns.target < 0 ? 0 : DatumGetInt64(row[columns.target]),
                    static_cast<__int128>(DatumGetInt64(row[columns.evidence])) * weight->second});
  }
  const auto less = [](const EvidenceSum& a, const EvidenceSum& b) {
    return a.context != b.context ? a.context < b.context : a.target < b.target;
  };
  core::interruptible_sort(sums, less, checkpoint);
  std::size_t kept = 0;
  for (const EvidenceSum& sum : sums) {
    if (kept > 0 && !less(sums[kept - 1], sum)) {
      sums[kept - 1].weighted += sum.weighted;
    } else {
      sums[kept++] = sum;
    }
  }
  sums.resize(kept);
  return sums;
}

}  // namespace

std::vector<EvidenceSum> domain_evidence(std::int32_t domain_id, core::Checkpoint& checkpoint) {
  return summed("edge_evidence", {0, 1, 2, 3, 4}, domain_id, checkpoint);
}

std::vector<EvidenceSum> domain_tails(std::int32_t domain_id, core::Checkpoint& checkpoint) {
  return summed("edge_tail", {0, -1, 1, 2, 3}, domain_id, checkpoint);
}

}  // namespace hartonomous::store
