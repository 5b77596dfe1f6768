// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/fold.hpp"

#include <algorithm>

#include "core/graph/fixed_log.hpp"

namespace hartonomous::core::graph {

Status add(Fold& fold, const Evidence& row) {
  if (row.count < 0 || row.count > row.kept || row.kept > row.total || row.weight < 0) {
    return Status{Code::kOutOfRange, "evidence out of range"}.with_detail(
        "A row needs 0 <= count <= kept <= total and a weight that is not negative.");
  }
  const Wide weight = row.weight;
  fold.total += weight * row.total;
  fold.kept += weight * row.kept;
  const std::int64_t witness = std::min(row.total, kWitnessCap);
  fold.witness_total += witness;
  if (row.count == 0) return Status::ok();
  fold.count += weight * row.count;
  fold.witness_count += Wide{row.count} * witness / row.total;
  const Wide y =
      ln_ratio_fixed(static_cast<std::uint64_t>(row.count), static_cast<std::uint64_t>(row.total));
  fold.sources += 1;
  fold.log_sum += y;
  fold.log_square_sum += y * y;
  // (1 - p) / (total p) with p = count / total is 1 / count - 1 / total.
  const Wide scale = Wide{1} << (kLogBits + kCountBits);
  fold.variance_sum += scale / row.count - scale / row.total;
  return Status::ok();
}

Fold combine(const Fold& a, const Fold& b) noexcept {
  return {a.count + b.count,
          a.total + b.total,
          a.kept + b.kept,
          a.sources + b.sources,
          a.log_sum + b.log_sum,
          a.log_square_sum + b.log_square_sum,
          a.variance_sum + b.variance_sum,
          a.witness_count + b.witness_count,
          a.witness_total + b.witness_total};
}

}  // namespace hartonomous::core::graph
