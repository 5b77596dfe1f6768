// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/block_garbage.hpp"

#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

// One kind of thing that others refer to: how to lock those without references, and how to delete
// those of the locked that still have none.
struct Kind {
  pg::Statement lock;    // $1: how many at most; returns ids
  pg::Statement remove;  // $1: ids; returns how many, and bytes
};

Kind manifests{
    pg::Statement(
        "SELECT m.manifest_id FROM hartonomous.manifest m WHERE NOT EXISTS (SELECT FROM "
        "hartonomous.model_version v WHERE v.manifest_id = m.manifest_id) AND NOT EXISTS (SELECT "
        "FROM hartonomous.model_version v WHERE v.base_manifest_id = m.manifest_id) "
        "LIMIT $1 FOR UPDATE SKIP LOCKED"),
    pg::Statement(
        "WITH dead AS (DELETE FROM hartonomous.manifest m WHERE m.manifest_id = ANY ($1) "
        "AND NOT EXISTS (SELECT FROM hartonomous.model_version v "
        "WHERE v.manifest_id = m.manifest_id OR v.base_manifest_id = m.manifest_id) RETURNING 1) "
        "SELECT count(*)::int8, 0::int8 FROM dead")};

Kind files{
    pg::Statement(
        "SELECT f.file_id FROM hartonomous.file f WHERE NOT EXISTS (SELECT FROM "
        "hartonomous.manifest_file m WHERE m.file_id = f.file_id) AND NOT EXISTS (SELECT FROM "
        "hartonomous.file d WHERE d.base_file_id = f.file_id) LIMIT $1 FOR UPDATE SKIP LOCKED"),
    pg::Statement(
        "WITH dead AS (DELETE FROM hartonomous.file f WHERE f.file_id = ANY ($1) AND NOT EXISTS "
        "(SELECT FROM hartonomous.manifest_file m WHERE m.file_id = f.file_id) AND NOT EXISTS "
        "(SELECT FROM hartonomous.file d WHERE d.base_file_id = f.file_id) RETURNING 1) "
        "SELECT count(*)::int8, 0::int8 FROM dead")};

Kind tensors{
    pg::Statement(
        "SELECT t.tensor_id FROM hartonomous.tensor t WHERE NOT EXISTS (SELECT FROM "
        "hartonomous.manifest_tensor m WHERE m.tensor_id = t.tensor_id) AND NOT EXISTS (SELECT "
        "FROM hartonomous.file_part p WHERE p.tensor_id = t.tensor_id) AND NOT EXISTS (SELECT FROM "
        "hartonomous.network n WHERE n.tensor_id = t.tensor_id) AND NOT EXISTS (SELECT FROM "
        "hartonomous.network n WHERE n.landmark_tensor_id = t.tensor_id) "
        "LIMIT $1 FOR UPDATE SKIP LOCKED"),
    pg::Statement(
        "WITH dead AS (DELETE FROM hartonomous.tensor t WHERE t.tensor_id = ANY ($1) "
        "AND NOT EXISTS (SELECT FROM hartonomous.manifest_tensor m WHERE m.tensor_id = "
        "t.tensor_id) AND NOT EXISTS (SELECT FROM hartonomous.file_part p WHERE p.tensor_id = "
        "t.tensor_id) AND NOT EXISTS (SELECT FROM hartonomous.network n WHERE n.tensor_id = "
        "t.tensor_id OR n.landmark_tensor_id = t.tensor_id) RETURNING 1) SELECT count(*)::int8, "
        "0::int8 FROM dead")};

Kind blocks{
    pg::Statement(
        "SELECT b.block_id FROM hartonomous.block b WHERE NOT EXISTS (SELECT FROM "
        "hartonomous.tensor_block t WHERE t.block_id = b.block_id) AND NOT EXISTS (SELECT FROM "
        "hartonomous.file_part p WHERE p.block_id = b.block_id) AND NOT EXISTS (SELECT FROM "
        "hartonomous.block_base d WHERE d.base_block_id = b.block_id) AND NOT EXISTS (SELECT FROM "
        "hartonomous.ingestion_block i WHERE i.block_id = b.block_id) "
        "LIMIT $1 FOR UPDATE SKIP LOCKED"),
    pg::Statement(
        "WITH dead AS (DELETE FROM hartonomous.block b WHERE b.block_id = ANY ($1) AND NOT EXISTS "
        "(SELECT FROM hartonomous.tensor_block t WHERE t.block_id = b.block_id) AND NOT EXISTS "
        "(SELECT FROM hartonomous.file_part p WHERE p.block_id = b.block_id) AND NOT EXISTS "
        "(SELECT FROM hartonomous.block_base d WHERE d.base_block_id = b.block_id) AND NOT EXISTS "
        "(SELECT FROM hartonomous.ingestion_block i WHERE i.block_id = b.block_id) "
        "RETURNING b.block_id, b.stored_length), "
        "pages AS (DELETE FROM hartonomous.block_page p USING dead "
        "WHERE p.block_id = dead.block_id) "
        "SELECT count(*)::int8, coalesce(sum(stored_length), 0)::int8 FROM dead")};

// How many went, and their bytes.
struct Removed {
  std::int64_t objects, bytes;
};
Removed collect(Kind& kind, std::int64_t most) {
  pg::poll();
  pg::Spi spi;
  const pg::Rows locked = spi.execute(kind.lock, pg::Parameters().int8(most));
  if (locked.count() == 0) return {0, 0};
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < locked.count(); ++i) ids.push_back(locked.int8(i, 0));
  const pg::Rows removed = spi.execute(kind.remove, pg::Parameters().int8s(ids));
  return {removed.int8(0, 0), removed.int8(0, 1)};
}

}  // namespace

CollectedBlocks collect_blocks(std::int64_t most) {
  CollectedBlocks collected;
  for (Kind* kind : {&manifests, &files, &tensors}) {
    collected.objects += collect(*kind, most).objects;
  }
  const Removed dead = collect(blocks, most);
  collected.blocks = dead.objects;
  collected.bytes = dead.bytes;
  collected.objects += dead.objects;
  return collected;
}

}  // namespace hartonomous::store
