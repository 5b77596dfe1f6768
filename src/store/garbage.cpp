// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/garbage.hpp"

#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/relation.hpp"
#include "pg/session.hpp"
#include "pg/spi.hpp"
#include "store/atom_garbage.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

void collect_blocks(Collected& collected) {
  static pg::Statement files(
      "DELETE FROM hartonomous.file f WHERE NOT EXISTS "
      "(SELECT FROM hartonomous.version_file v WHERE v.file_id = f.file_id)");
  static pg::Statement tensors(
      "DELETE FROM hartonomous.tensor t "
      "WHERE NOT EXISTS (SELECT FROM hartonomous.version_tensor v WHERE v.tensor_id = t.tensor_id) "
      "AND NOT EXISTS (SELECT FROM hartonomous.file_segment s WHERE s.tensor_id = t.tensor_id)");
  static pg::Statement blocks(
      "WITH dead AS (DELETE FROM hartonomous.block b "
      "WHERE NOT EXISTS (SELECT FROM hartonomous.tensor_block t WHERE t.block_id = b.block_id) "
      "AND NOT EXISTS (SELECT FROM hartonomous.file_segment s WHERE s.block_id = b.block_id) "
      "AND NOT EXISTS (SELECT FROM hartonomous.block_base d WHERE d.base_block_id = b.block_id) "
      "RETURNING b.block_id, b.stored_length), "
      "pages AS (DELETE FROM hartonomous.block_page p USING dead WHERE p.block_id = dead.block_id) "
      "SELECT count(*)::int8, coalesce(sum(stored_length), 0)::int8 FROM dead");
  pg::lock_table("hartonomous", "tensor", ShareRowExclusiveLock);
  pg::Spi spi;
  spi.execute(files);
  spi.execute(tensors);
  // A block that goes may have been the last for which its bases were kept.
  for (std::int64_t dead = -1; dead != 0;) {
    const pg::Rows gone = spi.execute(blocks);
    dead = gone.int8(0, 0);
    collected.blocks += dead;
    collected.bytes += gone.int8(0, 1);
  }
}

// As the caller; the size of a table is everybody's to know.
std::uint64_t size_of_atoms() {
  static pg::Statement size("SELECT pg_catalog.pg_relation_size('hartonomous.atom')");
  pg::Spi spi;
  return static_cast<std::uint64_t>(spi.query(size).int8(0, 0));
}

}  // namespace

Collected collect_garbage(std::string_view scope) {
  if (scope != "all" && scope != "blocks" && scope != "atoms") {
    pg::raise(core::Status(core::Code::kInvalidArgument, "unknown scope " + core::quoted(scope))
                  .with_hint("Use all, blocks or atoms."));
  }
  if (pg::sees_one_snapshot()) {
    pg::raise(
        core::Status(core::Code::kWrongState, "garbage cannot be collected at this isolation level")
            .with_hint("Use a READ COMMITTED transaction."));
  }
  pg::JobProgress progress("collect_garbage", scope, kDefaultTenant,
                           scope == "blocks" ? 0 : size_of_atoms());
  const pg::OwnerRights rights;
  Collected collected;
  if (scope != "atoms") collect_blocks(collected);
  if (scope != "blocks") {
    const CollectedAtoms atoms = collect_atoms(progress);
    collected.atoms = atoms.atoms;
    collected.bytes += atoms.bytes;
  }
  return collected;
}

}  // namespace hartonomous::store
