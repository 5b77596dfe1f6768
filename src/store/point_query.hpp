// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The points that a user's query gives.
#pragma once

#include <string_view>
#include <vector>

#include "core/analysis/points.hpp"
#include "core/base/checkpoint.hpp"

namespace hartonomous::store {

// By id, points of one id by their coordinates: the order of the query's rows changes no result.
struct PointSet {
  std::vector<std::int64_t> ids;
  std::vector<double> values;
  std::size_t dimensions = 0;

  core::analysis::Points points() const noexcept { return {values, dimensions}; }
  bool empty() const noexcept { return ids.empty(); }
};

// What an analysis takes besides the points.
struct Working {
  std::size_t copies = 0;         // of their coordinates
  std::size_t bytes_a_point = 0;  // and this
};

// Runs the query with the caller's rights. kInvalidArgument for other columns, a NULL, different
// lengths, values that are not finite, and points at the origin with kCosine; kOutOfMemory over
// hartonomous.session_memory, of which 24 bytes a coordinate, 24 a point and `working` are counted.
// O(n log n). REQUIRES: called as the caller.
PointSet read_points(std::string_view query, core::analysis::Metric metric, const Working& working,
                     core::Checkpoint& checkpoint);

// Raises kInvalidArgument for a probe of another length than the points', one that is not finite,
// and one at the origin with kCosine.
void check_probe(std::span<const double> probe, std::size_t dimensions,
                 core::analysis::Metric metric);

// Raises kOutOfMemory if it is more than hartonomous.session_memory.
void check_memory(std::uint64_t bytes);

}  // namespace hartonomous::store
