// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Blocks as rows: claiming an address, writing the payload, reading it back.
//
// Claims are made in one statement in hash order. Of two transactions that claim the same hash, one
// inserts and the other waits until the first ends; since every transaction claims in ascending
// order, two of them cannot wait for each other.
#pragma once

#include <unordered_map>

#include "core/block/split.hpp"
#include "core/hash/content_hash.hpp"
#include "pg/bulk_writer.hpp"

namespace hartonomous::store {

using core::hash::ContentHash;

struct HashPrefix {
  std::size_t operator()(const ContentHash& hash) const noexcept { return hash.prefix(); }
};

struct BlockClaim {
  std::int64_t block_id;
  bool is_new;  // this transaction inserted it and owes the payload
};
using BlockClaims = std::unordered_map<ContentHash, BlockClaim, HashPrefix>;

// A block wanted: its address and length.
struct BlockKey {
  ContentHash hash;
  std::uint32_t length;
};

// Finds or creates the row of every block. Duplicates in `wanted` are fine. O(n log n).
BlockClaims claim_blocks(std::vector<BlockKey> wanted);

// Writes the payload of newly claimed blocks.
class BlockWriter {
 public:
  BlockWriter();
  // Raises kIoError if `bytes` do not hash to `hash`: the source changed since it was claimed.
  void write(const ContentHash& hash, std::int64_t block_id, core::Bytes bytes);
  void finish() { pages_.finish(); }

 private:
  pg::BulkWriter pages_;
  alignas(8) std::byte row_[VARHDRSZ + core::block::kPagePayload];  // the varlena being added
};

// Reads payload by direct index scan, without SQL, one page at a time. The caller has checked that
// the user may read the tensor or file the block belongs to.
class BlockReader {
 public:
  BlockReader();
  ~BlockReader();
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;

  // The whole block into `out`. Raises kCorrupt if the rows do not add up to out.size(). With
  // `expected`, also if the bytes do not hash to it.
  void read(std::int64_t block_id, std::span<std::byte> out, const ContentHash* expected = nullptr);

  struct Scan;  // plain memory

 private:
  Scan* scan_;
};

}  // namespace hartonomous::store
