// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/version_size.hpp"

#include "pg/identity.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

// From the version down, each time what nobody above it but the dead names.
std::int64_t marginal_bytes(const VersionKey& version) {
  static pg::Statement find(
      "WITH manifests AS (SELECT m.manifest_id FROM hartonomous.model_version v "
      "CROSS JOIN LATERAL (VALUES (v.manifest_id), (v.base_manifest_id)) AS m(manifest_id) "
      "WHERE v.version_id = $1 AND m.manifest_id IS NOT NULL AND NOT EXISTS "
      "(SELECT FROM hartonomous.model_version o WHERE o.version_id <> $1 "
      "AND (o.manifest_id = m.manifest_id OR o.base_manifest_id = m.manifest_id))), "
      "top_files AS (SELECT DISTINCT e.file_id FROM manifests JOIN hartonomous.manifest_file e "
      "USING (manifest_id) WHERE e.file_id IS NOT NULL AND NOT EXISTS "
      "(SELECT FROM hartonomous.manifest_file o WHERE o.file_id = e.file_id "
      "AND o.manifest_id NOT IN (SELECT manifest_id FROM manifests)) AND NOT EXISTS "
      "(SELECT FROM hartonomous.file d WHERE d.base_file_id = e.file_id "
      "AND EXISTS (SELECT FROM hartonomous.manifest_file o WHERE o.file_id = d.file_id "
      "AND o.manifest_id NOT IN (SELECT manifest_id FROM manifests)))), "
      "files AS (SELECT file_id FROM top_files UNION SELECT f.base_file_id "
      "FROM top_files JOIN hartonomous.file f USING (file_id) WHERE f.base_file_id IS NOT NULL "
      "AND NOT EXISTS (SELECT FROM hartonomous.manifest_file o WHERE o.file_id = f.base_file_id "
      "AND o.manifest_id NOT IN (SELECT manifest_id FROM manifests)) AND NOT EXISTS "
      "(SELECT FROM hartonomous.file d WHERE d.base_file_id = f.base_file_id "
      "AND d.file_id NOT IN (SELECT file_id FROM top_files))), "
      "tensors AS (SELECT tensor_id FROM (SELECT e.tensor_id FROM manifests "
      "JOIN hartonomous.manifest_tensor e USING (manifest_id) UNION SELECT p.tensor_id FROM files "
      "JOIN hartonomous.file_part p USING (file_id)) AS named WHERE tensor_id IS NOT NULL "
      "AND NOT EXISTS (SELECT FROM hartonomous.manifest_tensor o "
      "WHERE o.tensor_id = named.tensor_id "
      "AND o.manifest_id NOT IN (SELECT manifest_id FROM manifests)) AND NOT EXISTS "
      "(SELECT FROM hartonomous.file_part p WHERE p.tensor_id = named.tensor_id "
      "AND p.file_id NOT IN (SELECT file_id FROM files))), "
      "blocks AS (SELECT block_id FROM (SELECT t.block_id FROM tensors "
      "JOIN hartonomous.tensor_block t USING (tensor_id) UNION SELECT p.block_id FROM files "
      "JOIN hartonomous.file_part p USING (file_id)) AS named WHERE block_id IS NOT NULL "
      "AND NOT EXISTS (SELECT FROM hartonomous.tensor_block o WHERE o.block_id = named.block_id "
      "AND o.tensor_id NOT IN (SELECT tensor_id FROM tensors)) AND NOT EXISTS "
      "(SELECT FROM hartonomous.file_part p WHERE p.block_id = named.block_id "
      "AND p.file_id NOT IN (SELECT file_id FROM files)) AND NOT EXISTS "
      "(SELECT FROM hartonomous.block_base d WHERE d.base_block_id = named.block_id)) "
      "SELECT coalesce(sum(b.stored_length), 0)::int8 FROM blocks "
      "JOIN hartonomous.block b USING (block_id)");
  const pg::OwnerRights rights;
  pg::Spi spi;
  return spi.query(find, pg::Parameters().int8(version.version_id)).int8(0, 0);
}

}  // namespace hartonomous::store
