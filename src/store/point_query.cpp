// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/point_query.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pg/cursor.hpp"
#include "pg/settings.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::analysis::Metric;

constexpr std::size_t kRowsPerFetch = 1000;
constexpr const char* kColumns =
    "The query gives id and point: an integer, and a real[] or double precision[].";

[[noreturn]] void refuse(std::string message, const char* hint) {
  pg::raise(Status(Code::kInvalidArgument, std::move(message)).with_hint(hint));
}

void check_coordinates(std::span<const double> point, const std::string& name, Metric metric) {
  if (!std::ranges::all_of(point, [](double value) { return std::isfinite(value); })) {
    refuse(name + " is not finite", "Leave out points with NaN or infinite coordinates.");
  }
  if (metric != Metric::kCosine) return;
  if (std::ranges::all_of(point, [](double value) { return value == 0; })) {
    refuse(name + " is at the origin",
           "A zero vector has no direction: leave it out, or use another metric.");
  }
}

void check_length(std::size_t length, std::size_t dimensions, const std::string& name) {
  if (length == dimensions) return;
  refuse(name + " has " + std::to_string(length) + " coordinates, others " +
             std::to_string(dimensions),
         "All points have the same number of coordinates.");
}

void append(PointSet& set, const pg::Cursor& cursor, std::size_t row, Metric metric) {
  if (cursor.is_null(row, 0) || cursor.is_null(row, 1)) refuse("a point is NULL", kColumns);
  const std::int64_t id = cursor.int8(row, 0);
  const pg::FloatArray array = cursor.floats(row, 1);
  const std::string name = "point " + std::to_string(id);
  if (array.has_nulls()) refuse(name + " has a NULL", "Leave such points out.");
  if (array.dimensions() != 1) {
    refuse(name + " is not a one-dimensional array", "A point has at least one coordinate.");
  }
  if (set.empty()) set.dimensions = array.count();
  check_length(array.count(), set.dimensions, name);
  set.ids.push_back(id);
  array.append_to(set.values);
  check_coordinates(std::span(set.values).last(set.dimensions), name, metric);
}

void sort(PointSet& set) {
  const auto points = set.points();
  const auto before = [&](std::size_t a, std::size_t b) {
    if (set.ids[a] != set.ids[b]) return set.ids[a] < set.ids[b];
    return std::ranges::lexicographical_compare(points[a], points[b]);
  };
  std::vector<std::uint32_t> order(set.ids.size());
  std::iota(order.begin(), order.end(), 0);
  if (std::is_sorted(order.begin(), order.end(), before)) return;
  std::sort(order.begin(), order.end(), before);
  PointSet sorted{.ids = {}, .values = {}, .dimensions = set.dimensions};
  sorted.ids.reserve(set.ids.size());
  sorted.values.reserve(set.values.size());
  for (const std::size_t i : order) {
    sorted.ids.push_back(set.ids[i]);
    sorted.values.insert(sorted.values.end(), points[i].begin(), points[i].end());
  }
  set = std::move(sorted);
}

}  // namespace

void check_memory(std::uint64_t bytes) {
  const auto limit = static_cast<std::uint64_t>(pg::settings.session_memory) << 10;
  if (bytes <= limit) return;
  pg::raise(Status(Code::kOutOfMemory, "the points do not fit into a session's memory")
                .with_detail("They take more than " + std::to_string(limit >> 10) + " kB.")
                .with_hint("Raise hartonomous.session_memory, or take a sample of the points."));
}

PointSet read_points(std::string_view query, Metric metric, const Working& working,
                     core::Checkpoint& checkpoint) {
  pg::Cursor cursor(query, pg::Cursor::Effects::kNone);
  if (cursor.columns() != 2 || !cursor.is_integer(0) || !cursor.is_float_array(1)) {
    refuse("the query's columns do not describe points", kColumns);
  }
  PointSet set;
  while (const std::size_t rows = cursor.fetch(kRowsPerFetch)) {
    for (std::size_t i = 0; i < rows; ++i) append(set, cursor, i, metric);
    check_memory(set.ids.size() *
                 ((24 + 8 * working.copies) * set.dimensions + 24 + working.bytes_a_point));
    checkpoint.reached(0);
  }
  sort(set);
  return set;
}

void check_probe(std::span<const double> probe, std::size_t dimensions, Metric metric) {
  check_length(probe.size(), dimensions, "the probe");
  check_coordinates(probe, "the probe", metric);
}

}  // namespace hartonomous::store
