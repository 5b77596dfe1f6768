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

// Over as many pieces that none gets too long, half full on average if it can be.
void DistributionRows::spread(std::span<const Listing> list) {
  spread_.clear();
  if (list.size() <= kPieceLength) return;
  constexpr auto kLength = [](const std::vector<Listing>& piece) { return piece.size(); };
  for (std::size_t pieces = 2 * list.size() / kPieceLength;; pieces *= 2) {
    spread_.assign(pieces, {});
    for (const Listing& entry : list) {
      const std::int32_t piece = index_piece(entry.target, static_cast<std::int32_t>(pieces));
      spread_[static_cast<std::size_t>(-1 - piece)].push_back(entry);
    }
    if (std::ranges::max(spread_, {}, kLength).size() <= kPieceLength) return;
  }
}

void DistributionRows::add_piece(std::int64_t context, std::int32_t piece, float back_off,
                                 std::span<const Listing> part) {
  const Datum row[] = {
      Int64GetDatum(context),
      Int32GetDatum(domain_id_),
      Int32GetDatum(piece),
      Float4GetDatum(back_off),
      Int32GetDatum(static_cast<std::int32_t>(spread_.size())),
      targets_.fill(part.size(), [&](std::size_t i) { return part[i].target; }),
      probabilities_.fill(part.size(), [&](std::size_t i) { return part[i].probability; }),
  };
  rows_.add(row);
}

void DistributionRows::add(std::int64_t context, float back_off, std::span<const Listing> list) {
  spread(list);
  for (std::size_t i = spread_.size(); i-- > 0;) {
    add_piece(context, -1 - static_cast<std::int32_t>(i), back_off, spread_[i]);
  }
  std::int32_t piece = 0;
  do {
    const auto part = list.subspan(0, std::min(kPieceLength, list.size()));
    add_piece(context, piece++, back_off, part);
    list = list.subspan(part.size());
  } while (!list.empty());
}

void DistributionRows::finish() {
  rows_.finish();
  pg::call([] { CommandCounterIncrement(); });
}

}  // namespace hartonomous::store
