// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Atoms that nothing needs: mark and sweep over hartonomous.atom.
//
// Roots are the values of every column, in whatever table, with a foreign key to atom_id. So a
// table that keeps atoms alive cannot be forgotten here, and should a mark ever be missed the
// foreign key refuses the deletion. Such a column must have an index: it is read in order, and it
// is probed for each atom deleted.
//
// Everybody who reads or writes atoms holds ACCESS SHARE on the table until his transaction ends;
// the collector takes ACCESS EXCLUSIVE, so nobody builds on an atom that is being removed.
#pragma once

#include <cstdint>

#include "core/base/checkpoint.hpp"

namespace hartonomous::store {

struct CollectedAtoms {
  std::int64_t atoms = 0;
  std::int64_t bytes = 0;  // of their rows
};

// Deletes all atoms below no root. REQUIRES: OwnerRights, and a transaction that sees what commits
// meanwhile (READ COMMITTED). Memory: a bit an atom. Reports to `checkpoint` in all as many bytes
// as the table has.
CollectedAtoms collect_atoms(core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
