// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The part of the DAG below some atoms, read from hartonomous.atom: level by level, each level's
// rows in heap order, each distinct atom once. Atoms ingested together have nearly dense ids, so a
// level is found by one stretch of the primary key where that is cheaper than a descent for each
// id.
#pragma once

#include "core/base/checkpoint.hpp"
#include "core/text/atom_graph.hpp"
#include "pg/boundary.hpp"
#include "store/large_page_allocator.hpp"

namespace hartonomous::store {

// A lone root is node 0. Memory: about 60 bytes a distinct atom, 8 a child, and the texts.
struct LoadedDag {
  std::vector<core::text::NodeShape> nodes;
  std::vector<core::text::ChildRun, LargePageAllocator<core::text::ChildRun>> runs;
  std::vector<char, LargePageAllocator<char>> texts;
  std::vector<std::int64_t> ids;  // by node
  std::vector<core::text::NodeIndex> roots;

  core::text::DagView view() const noexcept { return {nodes, runs, {texts.data(), texts.size()}}; }
};

// Throws Failure: kNotFound if there is no such atom, kCorrupt if one below it is missing or
// malformed. Checks no privileges: callers do. Sees atoms that are committed or this transaction's.
// `expected_runs` is a guess at the number of children in all; only speed depends on it.
LoadedDag load_dag(std::int64_t root, std::size_t expected_runs, core::Checkpoint& checkpoint);
// The same below several roots, which may share and repeat; they are nodes roots[0], roots[1], ...
LoadedDag load_dags(std::span<const std::int64_t> roots, std::size_t expected_runs,
                    core::Checkpoint& checkpoint);

// The same, only as far down as is needed to have the texts: an atom that carries its text is a
// leaf.
LoadedDag load_texts(std::span<const std::int64_t> roots, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
