// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/84_analysis: the nearest of a query's points.
#include <algorithm>

#include "core/analysis/neighbor_index.hpp"
#include "pg/array.hpp"
#include "pg/result_set.hpp"
#include "store/point_query.hpp"

using namespace hartonomous;

namespace {

using core::analysis::Metric;
using core::analysis::Neighbor;
using store::PointSet;

bool before(const Neighbor& a, const Neighbor& b) noexcept {
  return a.distance < b.distance || (a.distance == b.distance && a.index < b.index);
}

void check_k(std::int32_t k) {
  if (k < 0) pg::raise({core::Code::kInvalidArgument, "k must not be negative"});
}

// One look at each: a tree would take longer to grow.
std::vector<Neighbor> nearest(const PointSet& set, std::span<const double> probe, Metric metric,
                              std::size_t k, core::Checkpoint& checkpoint) {
  std::vector<Neighbor> all;
  all.reserve(set.ids.size());
  for (std::uint32_t i = 0; i < set.ids.size(); ++i) {
    all.push_back({i, core::analysis::distance(set.points()[i], probe, metric)});
    if (i % 1024 == 0) checkpoint.reached(0);
  }
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(k, all.size()));
  std::partial_sort(all.begin(), end, all.end(), before);
  all.erase(end, all.end());
  return all;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_nearest_points) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  check_k(arguments.int4(2));
  const Metric metric = pg::check(core::analysis::metric_named(arguments.text(3)));
  const std::vector<double> probe = pg::float8_array(arguments.datum(1), "probe");
  const PointSet set =
      store::read_points(arguments.text(0), metric, {.bytes_a_point = 16}, checkpoint);
  if (set.empty()) return out.done();
  store::check_probe(probe, set.dimensions, metric);
  const auto k = static_cast<std::size_t>(arguments.int4(2));
  for (const Neighbor& neighbor : nearest(set, probe, metric, k, checkpoint)) {
    out.row(Int64GetDatum(set.ids[neighbor.index]), Float8GetDatum(neighbor.distance));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_nearest_neighbors) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  pg::PollCheckpoint checkpoint;
  check_k(arguments.int4(1));
  const Metric metric = pg::check(core::analysis::metric_named(arguments.text(2)));
  const PointSet set =
      store::read_points(arguments.text(0), metric, {.copies = 1, .bytes_a_point = 16}, checkpoint);
  if (set.empty()) return out.done();
  const auto k = static_cast<std::size_t>(arguments.int4(1));
  const auto index = pg::check(core::analysis::NeighborIndex::build(set.points(), metric));
  for (std::uint32_t i = 0; i < set.ids.size(); ++i) {
    std::size_t put = 0;
    for (const Neighbor& neighbor : index.nearest(set.points()[i], k + 1)) {
      if (neighbor.index == i || put++ == k) continue;
      out.row(Int64GetDatum(set.ids[i]), Int64GetDatum(set.ids[neighbor.index]),
              Float8GetDatum(neighbor.distance));
    }
    checkpoint.reached(0);
  }
  return out.done();
}
