// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/block_store.hpp"

#include <algorithm>

#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "store/distinct.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kBatch = 10'000;  // rows per claiming statement

// Both statements see one batch of parallel arrays.
pg::Statement claim(
    "INSERT INTO hartonomous.block (block_hash, raw_length, stored_length) "
    "SELECT u.hash, u.length, u.length FROM unnest($1::bytea[], $2::int4[]) AS u(hash, length) "
    "ORDER BY u.hash ON CONFLICT (block_hash) DO NOTHING RETURNING block_hash, block_id");
pg::Statement find(
    "SELECT b.block_hash, b.block_id FROM unnest($1::bytea[]) AS u(hash) "
    "JOIN hartonomous.block b ON b.block_hash = u.hash FOR KEY SHARE OF b");

void claim_batch(std::span<const BlockKey> batch, BlockClaims& claims) {
  std::vector<core::Bytes> hashes;
  std::vector<std::int32_t> lengths;
  for (const BlockKey& key : batch) {
    hashes.emplace_back(key.hash.bytes);
    lengths.push_back(static_cast<std::int32_t>(key.length));
  }
  const std::size_t wanted = claims.size() + batch.size();
  // Until all are there: the collector may take a block between the two statements.
  for (;;) {
    pg::Spi spi;
    const pg::Rows inserted = spi.execute(claim, pg::Parameters().byteas(hashes).int4s(lengths));
    for (std::size_t i = 0; i < inserted.count(); ++i) {
      claims.emplace(hash_at(inserted, i, 0), BlockClaim{inserted.int8(i, 1), true});
    }
    if (claims.size() == wanted) return;
    const pg::Rows found = spi.execute(find, pg::Parameters().byteas(hashes));
    for (std::size_t i = 0; i < found.count(); ++i) {
      claims.emplace(hash_at(found, i, 0), BlockClaim{found.int8(i, 1), false});
    }
    if (claims.size() == wanted) return;
    pg::poll();
  }
}

}  // namespace

BlockClaims claim_blocks(std::vector<BlockKey> wanted) {
  sort_distinct(wanted, &BlockKey::hash);
  BlockClaims claims;
  claims.reserve(wanted.size());
  for (std::size_t at = 0; at < wanted.size(); at += kBatch) {
    pg::poll();
    claim_batch(std::span(wanted).subspan(at, std::min(kBatch, wanted.size() - at)), claims);
  }
  return claims;
}

BlockWriter::BlockWriter() : pages_(pg::relation_oid("hartonomous", "block_page")) {}

void BlockWriter::write(const ContentHash& hash, std::int64_t block_id, core::Bytes bytes) {
  if (core::hash::block_hash(bytes) != hash) {
    pg::raise(core::Status(core::Code::kIoError, "file changed while it was being read")
                  .with_hint("Ingest it again when nothing writes to it."));
  }
  for (std::size_t at = 0, seq = 0; at < bytes.size(); at += core::block::kPagePayload, ++seq) {
    const core::Bytes part =
        bytes.subspan(at, std::min<std::size_t>(core::block::kPagePayload, bytes.size() - at));
    SET_VARSIZE(row_, VARHDRSZ + part.size());
    std::memcpy(row_ + VARHDRSZ, part.data(), part.size());
    const Datum values[3] = {Int64GetDatum(block_id), Int32GetDatum(static_cast<std::int32_t>(seq)),
                             PointerGetDatum(row_)};
    pages_.add(values);
  }
}

struct BlockReader::Scan {
  MemoryContext memory;
  Relation table;
  Relation index;
  IndexScanDesc scan;
  TupleTableSlot* slot;
};

BlockReader::BlockReader() {
  const Oid table = pg::relation_oid("hartonomous", "block_page");
  const Oid index = pg::relation_oid("hartonomous", "block_page_pkey");
  scan_ = pg::call([&] {
    MemoryContext memory =
        AllocSetContextCreate(CurrentMemoryContext, "block reader", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(memory);
    auto* s = static_cast<Scan*>(palloc0(sizeof(Scan)));
    s->memory = memory;
    s->table = table_open(table, AccessShareLock);
    s->index = index_open(index, AccessShareLock);
    s->slot = table_slot_create(s->table, nullptr);
    s->scan = index_beginscan(s->table, s->index, GetActiveSnapshot(), 1, 0);
    MemoryContextSwitchTo(caller);
    return s;
  });
}

// Releasing cannot fail, so this is safe while an exception passes; and needed, for a pg::Failure
// may be caught and the transaction go on.
BlockReader::~BlockReader() {
  index_endscan(scan_->scan);
  ExecDropSingleTupleTableSlot(scan_->slot);
  index_close(scan_->index, NoLock);
  table_close(scan_->table, NoLock);
  MemoryContextDelete(scan_->memory);
}

void BlockReader::read(std::int64_t block_id, std::span<std::byte> out,
                       const ContentHash* expected) {
  const bool whole = pg::call([&] {
    MemoryContext caller = MemoryContextSwitchTo(scan_->memory);
    ScanKeyData key;
    ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(block_id));
    index_rescan(scan_->scan, &key, 1, nullptr, 0);
    std::size_t at = 0;
    bool fits = true;
    while (fits && index_getnext_slot(scan_->scan, ForwardScanDirection, scan_->slot)) {
      bool is_null;
      const auto* payload = reinterpret_cast<const struct varlena*>(
          DatumGetPointer(slot_getattr(scan_->slot, 3, &is_null)));
      const std::size_t length = VARSIZE_ANY_EXHDR(payload);
      fits = length <= out.size() - at;
      if (fits) std::memcpy(out.data() + at, VARDATA_ANY(payload), length);
      at += length;
    }
    ExecClearTuple(scan_->slot);
    MemoryContextSwitchTo(caller);
    return fits && at == out.size();
  });
  if (!whole || (expected != nullptr && core::hash::block_hash(out) != *expected)) {
    pg::raise(core::Status(core::Code::kCorrupt,
                           "block " + std::to_string(block_id) + " does not match its address")
                  .with_hint("Run hartonomous.verify_store() and restore from a backup."));
  }
}

}  // namespace hartonomous::store
