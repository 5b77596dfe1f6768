// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/garbage.hpp"

#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/session.hpp"
#include "pg/spi.hpp"
#include "store/atom_garbage.hpp"
#include "store/block_garbage.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

constexpr std::int64_t kBatch = 10'000;  // objects taken out between two looks for a cancel

// As the caller; the size of a table is everybody's to know.
std::uint64_t size_of_atoms() {
  static pg::Statement size("SELECT pg_catalog.pg_relation_size('hartonomous.atom')");
  pg::Spi spi;
  return static_cast<std::uint64_t>(spi.query(size).int8(0, 0));
}

void require_fresh_snapshots() {
  if (!pg::sees_one_snapshot()) return;
  pg::raise(
      core::Status(core::Code::kWrongState, "garbage cannot be collected at this isolation level")
          .with_hint("Use a READ COMMITTED transaction."));
}

}  // namespace

Collected collect_garbage(std::string_view scope) {
  if (scope != "all" && scope != "blocks" && scope != "atoms") {
    pg::raise(core::Status(core::Code::kInvalidArgument, "unknown scope " + core::quoted(scope))
                  .with_hint("Use all, blocks or atoms."));
  }
  require_fresh_snapshots();
  pg::JobProgress progress("collect_garbage", scope, kDefaultTenant,
                           scope == "blocks" ? 0 : size_of_atoms());
  const pg::OwnerRights rights;
  Collected collected;
  while (scope != "atoms") {
    const CollectedBlocks some = collect_blocks(kBatch);
    collected.blocks += some.blocks;
    collected.bytes += some.bytes;
    if (some.objects == 0) break;
    progress.reached(0);
  }
  if (scope != "blocks") {
    const CollectedAtoms atoms = collect_atoms(progress);
    collected.atoms = atoms.atoms;
    collected.bytes += atoms.bytes;
  }
  return collected;
}

Collected sweep_blocks(std::int64_t batch, const std::function<void()>& commit) {
  if (batch < 1) {
    pg::raise({core::Code::kInvalidArgument, "batch_size must be positive"});
  }
  require_fresh_snapshots();
  Collected collected;
  for (;;) {
    CollectedBlocks some;
    {
      const pg::OwnerRights rights;
      some = collect_blocks(batch);
    }
    commit();
    collected.blocks += some.blocks;
    collected.bytes += some.bytes;
    if (some.objects == 0) return collected;
  }
}

std::vector<Unreferenced> unreferenced() {
  static pg::Statement find(
      "SELECT 'manifest', count(*)::int8, 0::int8 FROM hartonomous.manifest m WHERE NOT EXISTS "
      "(SELECT FROM hartonomous.model_version v WHERE v.manifest_id = m.manifest_id) AND NOT "
      "EXISTS "
      "(SELECT FROM hartonomous.model_version v WHERE v.base_manifest_id = m.manifest_id) UNION "
      "ALL "
      "SELECT 'file', count(*)::int8, 0 FROM hartonomous.file f WHERE NOT EXISTS "
      "(SELECT FROM hartonomous.manifest_file m WHERE m.file_id = f.file_id) AND NOT EXISTS "
      "(SELECT FROM hartonomous.file d WHERE d.base_file_id = f.file_id) UNION ALL "
      "SELECT 'tensor', count(*)::int8, 0 FROM hartonomous.tensor t WHERE NOT EXISTS "
      "(SELECT FROM hartonomous.manifest_tensor m WHERE m.tensor_id = t.tensor_id) AND NOT EXISTS "
      "(SELECT FROM hartonomous.file_part p WHERE p.tensor_id = t.tensor_id) AND NOT EXISTS "
      "(SELECT FROM hartonomous.network n WHERE n.tensor_id = t.tensor_id) AND NOT EXISTS "
      "(SELECT FROM hartonomous.network n WHERE n.landmark_tensor_id = t.tensor_id) "
      "UNION ALL SELECT 'block', count(*)::int8, coalesce(sum(b.stored_length), 0)::int8 "
      "FROM hartonomous.block b WHERE NOT EXISTS "
      "(SELECT FROM hartonomous.tensor_block t WHERE t.block_id = b.block_id) AND NOT EXISTS "
      "(SELECT FROM hartonomous.file_part p WHERE p.block_id = b.block_id) AND NOT EXISTS "
      "(SELECT FROM hartonomous.block_base d WHERE d.base_block_id = b.block_id) AND NOT EXISTS "
      "(SELECT FROM hartonomous.ingestion_block i WHERE i.block_id = b.block_id) UNION ALL "
      "SELECT 'page', count(*)::int8, coalesce(sum(octet_length(p.payload)), 0)::int8 "
      "FROM hartonomous.block_page p WHERE NOT EXISTS "
      "(SELECT FROM hartonomous.block b WHERE b.block_id = p.block_id)");
  const pg::OwnerRights rights;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find);
  std::vector<Unreferenced> kinds;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    kinds.push_back({std::string(rows.text(i, 0)), rows.int8(i, 1), rows.int8(i, 2)});
  }
  return kinds;
}

}  // namespace hartonomous::store
