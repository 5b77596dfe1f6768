// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/removal.hpp"

#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "store/model_catalog.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

void delete_model(std::string_view name) {
  static pg::Statement lock(
      "SELECT tenant_id FROM hartonomous.model WHERE model_id = $1 FOR UPDATE");
  static pg::Statement size(
      "SELECT coalesce(sum(logical_bytes), 0)::int8 FROM hartonomous.model_version "
      "WHERE model_id = $1");
  static pg::Statement remove("DELETE FROM hartonomous.model WHERE model_id = $1");
  const std::int64_t model_id = find_model(name);  // as the caller
  const pg::OwnerRights rights;
  pg::Spi spi;
  const auto key = [&] { return pg::Parameters().int8(model_id); };
  const pg::Rows owner = spi.execute(lock, key());
  if (owner.count() == 0) return;  // somebody deleted it meanwhile
  const std::int64_t bytes = spi.execute(size, key()).int8(0, 0);
  spi.execute(remove, key());
  refund(owner.int8(0, 0), static_cast<std::uint64_t>(bytes));
}

Collected collect_garbage() {
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
      "RETURNING b.block_id, b.stored_length), "
      "pages AS (DELETE FROM hartonomous.block_page p USING dead WHERE p.block_id = dead.block_id) "
      "SELECT count(*)::int8, coalesce(sum(stored_length), 0)::int8 FROM dead");
  const pg::OwnerRights rights;
  pg::lock_table("hartonomous", "tensor", ShareRowExclusiveLock);
  pg::Spi spi;
  spi.execute(files);
  spi.execute(tensors);
  const pg::Rows dead = spi.execute(blocks);
  return {dead.int8(0, 0), dead.int8(0, 1)};
}

}  // namespace hartonomous::store
