// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_distribution_rows.hpp"

#include <algorithm>

#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

Oid emptied_table(std::int32_t domain_id) {
  static pg::Statement remove("DELETE FROM hartonomous.edge_distribution WHERE domain_id = $1");
  pg::Spi().execute(remove, pg::Parameters().int4(domain_id));
  return pg::relation_oid("hartonomous", "edge_distribution");
}

}  // namespace

DistributionRows::DistributionRows(std::int32_t domain_id)
    : domain_id_(domain_id), rows_(emptied_table(domain_id)) {}

void DistributionRows::add(std::int64_t context, float back_off, std::span<const Listing> list) {
  std::int32_t piece = 0;
  do {
    const auto part = list.subspan(0, std::min(kPieceLength, list.size()));
    const Datum row[] = {
        Int64GetDatum(context),
        Int32GetDatum(domain_id_),
        Int32GetDatum(piece++),
        Float4GetDatum(back_off),
        targets_.fill(part.size(), [&](std::size_t i) { return part[i].target; }),
        probabilities_.fill(part.size(), [&](std::size_t i) { return part[i].probability; }),
    };
    rows_.add(row);
    list = list.subspan(part.size());
  } while (!list.empty());
}

void DistributionRows::finish() {
  rows_.finish();
  pg::call([] { CommandCounterIncrement(); });
}

}  // namespace hartonomous::store
