// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Blocks as rows: claiming an address, writing the payload. block_reader.hpp reads it back.
//
// Claims are made in one statement in hash order. Of two transactions that claim the same hash, one
// inserts and the other waits until the first ends; since every transaction claims in ascending
// order, two of them cannot wait for each other.
#pragma once

#include <unordered_map>

#include "core/block/codec.hpp"
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

// A form of a block that is not its bytes.
struct BlockCoding {
  core::block::Method method = core::block::Method::kRaw;
  core::Bytes payload;
  std::vector<std::int64_t> bases;  // blocks it is coded given, in order
  int chain_length = 0;             // one more than the longest of theirs; 0 without bases
};

// Writes the payload of newly claimed blocks.
class BlockWriter {
 public:
  BlockWriter();
  void write(std::int64_t block_id, core::Bytes bytes) { write_pages(block_id, bytes); }
  // The block in another form. REQUIRES: its bases are committed, or this transaction's.
  void write(std::int64_t block_id, const BlockCoding& coding);
  void finish();

 private:
  struct Row {
    std::int64_t block_id;
    core::block::Method method;
    std::int32_t stored_length;
    int chain_length;
    std::vector<std::int64_t> bases;
  };
  // What is left of a coded block after its full pages.
  struct Rest {
    std::int64_t block_id;
    std::int32_t seq;
    std::vector<std::byte> bytes;
  };
  void write_pages(std::int64_t block_id, core::Bytes bytes);
  void write_page(std::int64_t block_id, std::int32_t seq, core::Bytes bytes);
  void write_rests();
  void write_rows();

  pg::BulkWriter pages_;
  std::vector<Row> coded_;
  std::vector<Rest> rests_;
  alignas(8) std::byte row_[VARHDRSZ + core::block::kPagePayload];  // the varlena being added
};

}  // namespace hartonomous::store
