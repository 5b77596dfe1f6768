// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Documents seen as trees of atoms: one tree shown, two compared. Rows go to a sink one by one;
// what they point to lives until the sink returns. Atoms are looked up in the latest committed
// state and no privileges are checked: callers find documents as the caller and pass their roots.
#pragma once

#include <functional>

#include "pg/boundary.hpp"

namespace hartonomous::store {

struct TreeRow {
  std::span<const std::int32_t> path;  // position of the child, from 1, at each step from the root
  std::int64_t atom_id;
  Oid kind;  // of hartonomous.atom_kind
  std::int32_t multiplicity;
  std::optional<std::string_view> text;  // of one copy, unless it is too long
};
// The atom and what is below it, down to `max_depth` steps, parents first. Texts of more than
// `max_bytes` are left out. Throws Failure kNotFound, kCorrupt, or kLimitExceeded beyond 1 GB.
void atom_tree(std::int64_t root, std::int32_t max_depth, std::int32_t max_bytes,
               const std::function<void(const TreeRow&)>& sink);

struct SharedAtomRow {
  std::int64_t atom_id;
  std::string_view text;
  std::int64_t occurrences_a, occurrences_b;
};
// As core::text::shared_subtrees says.
void shared_atoms(std::int64_t root_a, std::int64_t root_b, std::int32_t min_bytes,
                  const std::function<void(const SharedAtomRow&)>& sink);

struct ChangeRow {
  bool inserts;                     // else it deletes
  std::int64_t a_offset, b_offset;  // characters of a and b that lie before this row's place
  std::string_view text;
};
// As core::text::diff_trees says, a deletion before the insertion at the same place.
void diff_atoms(std::int64_t root_a, std::int64_t root_b,
                const std::function<void(const ChangeRow&)>& sink);

}  // namespace hartonomous::store
